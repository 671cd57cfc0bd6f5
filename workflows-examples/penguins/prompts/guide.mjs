// A guide that answers by rules, so that the example runs without a key. It gets two questions wrong on purpose.
const FACTS = {
  Adelie: { islands: 'Biscoe, Dream and Torgersen', beak: 'short', weight: '3,700 g' },
  Chinstrap: { islands: 'Dream and Torgersen', beak: 'long', weight: '4,100 g' },
  Gentoo: { islands: 'Biscoe', beak: 'long', weight: '5,100 g' },
};

/** In this order: the first pattern that a question matches gives the answer. */
const ANSWERS = [
  [/^On which.*(Adelie|Chinstrap|Gentoo)/, (name) => `The ${name} breeds on ${FACTS[name].islands}.`],
  [/beak of the (\w+)/, (name) => `Its beak is ${FACTS[name].beak}.`],
  [/much does a (\w+)/, (name) => `About ${FACTS[name].weight}.`],
  [/How many eggs/, () => 'It lays two eggs.'],
  [/chin\?/, () => 'The chinstrap.'],
  [/orange/, () => 'The gentoo.'],
  [/Torgersen/, () => 'The Adelie.'],
  [/fly|North Pole|mammals|breathe/, () => 'No, they do not.'],
  [/eggs|birds|swim|krill|feathers/, () => 'Yes, they do.'],
];

// biome-ignore lint/style/noDefaultExport: promptfoo loads a provider by its default export
export default class Guide {
  id() {
    return 'penguin-guide';
  }

  async callApi(prompt) {
    const question = prompt.split('\n').at(-1);
    for (const [pattern, answer] of ANSWERS) {
      const found = pattern.exec(question);
      if (found) return { output: answer(found[1]) };
    }
    return { output: 'I do not know.' };
  }
}
