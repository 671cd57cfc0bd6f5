import { PAGE_STYLE } from '../lib/report/page-style.ts';

/** The look of the HTML report: that of all reports, and what only this one has. */
export const STYLE = `${PAGE_STYLE}.bar .count{color:var(--quiet);font-size:.82em;margin-left:.25em}
.bars{margin-top:.4rem}.bars th{font-weight:400;white-space:nowrap}.bars th,.bars td{vertical-align:middle}.bars td:nth-child(2){width:60%}
.more>summary{cursor:pointer;color:var(--accent);font-size:.9rem;padding:.35rem .7rem}.more .rows tr:first-child>*{border-top:1px solid var(--line)}
.rows{table-layout:fixed;min-width:30rem}.rows .place{width:38%}.rows .value{width:20%}
.tests{font-size:.93rem}.tests th,.tests td{padding:.35rem .5rem}.tests td{vertical-align:middle}.tests td:nth-child(3){white-space:nowrap}.tests td.mono{white-space:nowrap;max-width:18rem;overflow:hidden;text-overflow:ellipsis}.tests td:nth-child(5){min-width:7rem}.tests .wide,.news .wide{min-width:12rem}
.wide{min-width:16rem;overflow-wrap:anywhere}
.tools{display:flex;flex-wrap:wrap;gap:.5rem .7rem;align-items:center;margin:.7rem 0}
.tools[hidden]{display:none}
input[type=search],select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.35rem .7rem}
input[type=search]{width:min(22rem,100%)}
button,.toggle{font:inherit;font-size:.9rem;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.35rem .7rem;cursor:pointer}
button:hover,.toggle:hover{border-color:var(--quiet)}
.toggle{display:inline-flex;gap:.4rem;align-items:center}.toggle input{margin:0;accent-color:var(--accent)}
.tools output{color:var(--quiet);font-size:.9rem}
.group{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--line);border-radius:10px;margin:.55rem 0;content-visibility:auto;contain-intrinsic-size:auto 3.4rem}
.group.bad{border-left-color:var(--bad)}.group.warn{border-left-color:var(--warn)}.group{color:var(--text)}
.group>summary{display:flex;flex-wrap:wrap;gap:.2rem .7rem;align-items:baseline;padding:.6rem .95rem;cursor:pointer;list-style:none}
.group>summary::-webkit-details-marker{display:none}
.group>summary::before{content:"";width:.42rem;height:.42rem;border:solid var(--quiet);border-width:0 2px 2px 0;transform:rotate(-45deg);transition:transform .12s;align-self:center}
.group[open]>summary::before{transform:rotate(45deg)}
.group summary .what{font-weight:600;overflow-wrap:anywhere}
.group summary .count{margin-left:auto;color:var(--quiet)}
.group .body{padding:0 .95rem .7rem}
.column{display:flex;flex-direction:column;gap:.55rem;min-width:0;content-visibility:auto;contain-intrinsic-size:auto 22rem}
.column header{display:flex;gap:.35rem .5rem;align-items:baseline;flex-wrap:wrap}
.column h3{font-size:.97rem;overflow-wrap:anywhere;margin-right:auto}
.column .facts{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.87rem;color:var(--quiet)}
.column .facts b{color:var(--text);font-weight:600}
.chart{display:block;width:100%;height:6.2rem}
.chart .now{fill:var(--now)}.chart .now:hover{fill:var(--accent)}
.chart .ref{fill:none;stroke:var(--ref);stroke-width:1.6;vector-effect:non-scaling-stroke;pointer-events:none}
.chart .axis{stroke:var(--line);vector-effect:non-scaling-stroke}
.ends{display:flex;justify-content:space-between;gap:1rem;font-size:.8rem;color:var(--quiet);margin-top:.15rem}
.legend{display:flex;gap:1rem;font-size:.8rem;color:var(--quiet)}
.legend i{display:inline-block;width:.8rem;height:.6rem;margin-right:.35rem;background:var(--now);border-radius:2px}
.legend i.ref{height:0;border-top:2px solid var(--ref);background:none;vertical-align:middle;border-radius:0}
.column table{font-size:.85rem}.column th,.column td{padding:.16rem .45rem .16rem 0;border-bottom:0}.column td.number,.column th.number{padding-right:0;padding-left:.6rem}
.column th[scope=row]{font-weight:400;color:var(--quiet)}
.values td{vertical-align:middle}.values td:first-child{max-width:9rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.values td:nth-child(2){width:45%}
.checks{margin:auto 0 0;padding:.5rem 0 0;border-top:1px solid var(--line);list-style:none;font-size:.85rem;display:grid;gap:.15rem}
.checks li{display:flex;gap:.45rem;align-items:baseline}
.checks li>span:last-child{overflow-wrap:anywhere}
.matrix td,.matrix th{white-space:nowrap}.matrix td{text-align:center}.matrix tbody th{font-weight:400;max-width:16rem;overflow:hidden;text-overflow:ellipsis}
.matrix thead th{text-align:center}.matrix thead th:first-child{text-align:left}
.matrix th a{color:inherit;text-decoration:none}.matrix th a:hover{text-decoration:underline}.matrix tr.bare th{color:var(--warn)}
.matrix tbody tr{content-visibility:auto}
@media(max-width:34rem){.group summary .count{margin-left:0;width:100%;padding-left:1.1rem}}
@media print{.tools{display:none}.group,.column{content-visibility:visible}.group summary,.column{break-inside:avoid}}`;
