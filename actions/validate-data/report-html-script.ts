/**
 * What the HTML report does in a browser: filters, and opens everything for printing. It reads attributes that the
 * page brings and never makes markup from texts. Without it the page shows everything.
 */
export const SCRIPT = `
(() => {
  'use strict';
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const fold = (text) => text.normalize('NFKC').toLowerCase();

  /** Shows the items of a list that a tool bar lets through, and says how many. */
  const filter = (tools, items, noun) => {
    if (!tools || items.length === 0) return;
    tools.hidden = false;
    const search = tools.querySelector('input[type=search]');
    const boxes = all('input[type=checkbox]', tools);
    const choice = tools.querySelector('select');
    const shown = tools.querySelector('output');
    const texts = items.map((item) => fold(item.dataset.text || ''));
    const update = () => {
      const words = fold(search.value).split(/\\s+/).filter(Boolean);
      const levels = new Set(boxes.filter((box) => box.name === 'level' && box.checked).map((box) => box.value));
      const fresh = boxes.some((box) => box.name === 'new' && box.checked);
      const tag = choice ? choice.value : '';
      let count = 0;
      items.forEach((item, index) => {
        const fits =
          words.every((word) => texts[index].includes(word)) &&
          (!item.dataset.level || levels.has(item.dataset.level)) &&
          (!fresh || item.dataset.new === '1') &&
          (tag === '' || (item.dataset.tags || '').split(' ').includes(tag));
        item.hidden = !fits;
        if (fits) count += 1;
      });
      shown.value = count === items.length ? items.length + ' ' + noun : count + ' of ' + items.length + ' ' + noun;
    };
    tools.addEventListener('input', update);
    tools.addEventListener('change', update);
    update();
  };

  filter(document.getElementById('finding-tools'), all('#findings .group'), 'checks');
  filter(document.getElementById('column-tools'), all('#columns .column'), 'columns');

  const groups = all('#findings .group');
  const toggle = document.getElementById('open-all');
  if (toggle)
    toggle.addEventListener('click', () => {
      const open = groups.some((group) => !group.open && !group.hidden);
      for (const group of groups) group.open = open;
      toggle.textContent = open ? 'Close all' : 'Open all';
    });

  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof Element && event.target.closest('input, select, textarea');
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const search = document.querySelector('.tools:not([hidden]) input[type=search]');
    if (!search) return;
    event.preventDefault();
    search.focus();
  });

  let closed = [];
  addEventListener('beforeprint', () => {
    closed = all('details:not([open])');
    for (const one of closed) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of closed) one.open = false;
  });
})();
`;
