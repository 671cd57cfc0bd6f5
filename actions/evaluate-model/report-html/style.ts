import { PLOT_STYLE } from '../../lib/plots/palette.ts';
import { PAGE_STYLE } from '../../lib/report/page-style.ts';

/** The look of the HTML report: that of all reports, that of plots, and what only this one has. */
export const STYLE = `${PAGE_STYLE}
${PLOT_STYLE}
.hero>div{min-width:0}.hero h1{overflow-wrap:anywhere}
.notes{margin-top:.6rem}
.scroll{overflow-y:hidden}
th,td,code,li{unicode-bidi:isolate}
tbody th{font-weight:400}
.metrics{font-size:.93rem}.metrics td,.metrics th{vertical-align:middle;padding:.35rem .55rem}.metrics td{white-space:nowrap}.metrics td.why{white-space:normal;min-width:14rem}
.metrics tbody th{min-width:11rem;max-width:26rem;overflow-wrap:anywhere}
.slices tbody tr{content-visibility:auto}.slices tr.all>*{background:var(--soft)}
.bar-cell{min-width:8rem;width:18%}
.interval{display:block;width:100%;min-width:7rem;height:1rem}
.interval .all{fill:var(--soft)}.slices tr.all .interval .all{fill:var(--line)}.interval .now{fill:var(--now);opacity:.55}.interval line{stroke:var(--text);stroke-width:2}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:.8rem;margin-top:.8rem;align-items:start}
.plot{margin:0;overflow-x:auto;padding:.4rem}.plot svg{display:block;max-width:100%;height:auto;margin:0 auto}
.plot.broad{grid-column:1/-1}.plot.broad svg{min-width:34rem}
.fold{margin-top:.8rem}.fold>summary{cursor:pointer;font-weight:600;padding:.3rem 0}
.definitions dt{max-width:16rem}
.plain ul{margin:.3rem 0 0;padding-left:1.2rem}
@media print{.slices tbody tr{content-visibility:visible}.scroll,.plot{overflow:visible}.metrics{font-size:8pt}.metrics td,.metrics th{padding:.15rem .25rem}.metrics tbody th{min-width:7rem}.metrics .small,.metrics .chip{font-size:7pt}.metrics .chip{padding:0 .25rem}.plot{break-inside:avoid}.plot.broad svg{min-width:0}}
`;
