/** The look that the HTML reports share: light and dark, wide and narrow, on paper. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--ground:#f5f6f8;--card:#fff;--line:#e1e5ea;--soft:#eef1f4;--text:#1a1f26;--quiet:#5a6573;
--accent:#2563c9;--now:#3d7de0;--ref:#d9741a;--good:#177245;--good-soft:#e3f4ea;--warn:#8a5a00;--warn-soft:#fdf1d3;--bad:#bf2a23;--bad-soft:#fce8e6;--none-soft:#eef1f4}
@media(prefers-color-scheme:dark){:root{--ground:#0e1116;--card:#161b22;--line:#2b323c;--soft:#1e242d;--text:#e6eaf0;--quiet:#9aa5b3;
--accent:#77aaff;--now:#5b9bff;--ref:#f3a04f;--good:#5fd39a;--good-soft:#12301f;--warn:#eebc55;--warn-soft:#33270b;--bad:#ff8b82;--bad-soft:#3b1715;--none-soft:#222934}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:4rem}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:76rem;margin:0 auto;padding:1.25rem 1.25rem 4rem}
h1,h2,h3{line-height:1.25;margin:0;text-wrap:balance}
h2{font-size:1.2rem;margin:2.4rem 0 .3rem}
h3,.card>h2{font-size:1rem;margin:0}
p{margin:.4rem 0}
a{color:var(--accent)}
code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87em;overflow-wrap:anywhere}
.quiet{color:var(--quiet)}
.small{font-size:.85rem}
.number{text-align:right;white-space:nowrap}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;z-index:9;background:var(--card);padding:.5rem 1rem}
.bar{position:sticky;top:0;z-index:5;background:var(--card);border-bottom:1px solid var(--line)}
.bar nav{max-width:76rem;margin:0 auto;padding:.5rem 1.25rem;display:flex;gap:.2rem 1.1rem;flex-wrap:wrap;align-items:center}
.bar a{color:var(--text);text-decoration:none;padding:.15rem 0}.bar a:hover{color:var(--accent);text-decoration:underline}
.bar .name{font-weight:650;margin-right:auto}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem 1.15rem}
.hero{display:flex;gap:1.1rem;align-items:flex-start;padding:1.4rem}
.hero h1{font-size:1.65rem;letter-spacing:-.01em}
.hero p{max-width:60rem;overflow-wrap:anywhere}
.badge{flex:none;width:3.1rem;height:3.1rem;border-radius:50%;display:grid;place-items:center}
.badge svg{width:1.6rem;height:1.6rem;fill:none;stroke:currentColor;stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.badge.good,.chip.good{background:var(--good-soft)}.badge.warn,.chip.warn{background:var(--warn-soft)}.badge.bad,.chip.bad{background:var(--bad-soft)}
.chip{display:inline-block;padding:.05rem .5rem;border-radius:1rem;font-size:.8rem;font-weight:600;white-space:nowrap;background:var(--none-soft);color:var(--quiet)}
.chip.good{color:var(--good)}.chip.warn{color:var(--warn)}.chip.bad{color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.2rem,1fr));gap:.7rem;margin:.8rem 0 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.7rem .95rem}
.tile b{display:block;font-size:1.45rem;font-weight:650;letter-spacing:-.01em;line-height:1.2}
.tile span{color:var(--quiet);font-size:.85rem}
.below{margin-top:.8rem}.below .plain{margin-top:.5rem}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:.8rem;margin-top:.8rem}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}
thead th{font-size:.8rem;font-weight:600;color:var(--quiet);border-bottom-color:var(--line);white-space:nowrap}
tbody tr:last-child>*{border-bottom:0}
th.number,td.number{text-align:right}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21.5rem),1fr));gap:.8rem;margin-top:.8rem}
.share{display:block;width:100%;height:.7rem}
.share .all{fill:var(--soft)}.share .now{fill:var(--now)}.share .good{fill:var(--good)}.share .bad{fill:var(--bad)}.share .warn{fill:var(--warn)}.share .none{fill:var(--quiet)}.share .ref{stroke:var(--ref);stroke-width:2}
.mark{flex:none;width:1.05em;text-align:center;font-weight:700}
.plain{list-style:none;margin:0;display:grid;gap:.4rem}.plain:not(.card){padding:0}.plain li{overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.4rem 0}dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere;min-width:0}
[hidden]{display:none!important}
footer{margin-top:3rem;color:var(--quiet);font-size:.85rem}
@media(max-width:34rem){body{font-size:14px}main{padding:.8rem .8rem 3rem}.bar{position:static}.hero{padding:1rem;gap:.8rem}.hero h1{font-size:1.3rem}.badge{width:2.4rem;height:2.4rem}.badge svg{width:1.25rem;height:1.25rem}
th,td{padding:.3rem .45rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}}
@media print{:root{color-scheme:light;--ground:#fff;--card:#fff;--line:#ccc;--soft:#eee;--text:#000;--quiet:#444;--accent:#000;--now:#5a87c7;--ref:#b35900;--good:#17633d;--warn:#7a4f00;--bad:#a5211b;--good-soft:#fff;--warn-soft:#fff;--bad-soft:#fff;--none-soft:#fff}
body{font-size:10pt}.bar,.skip{display:none}main{max-width:none;padding:0}.card,.tile,tr{break-inside:avoid}h2{break-after:avoid}.chip,.badge{border:1px solid currentColor}}
`;
