#include "report/html/parts.h"

namespace palier::report::page {

// One accent; status by sign, word and colour. Contrast is at least 4.5:1 for text and 3:1 for
// marks, in both schemes.
const std::string_view k_style = R"css(
:root{--paper:#fff;--ink:#16202a;--soft:#55626f;--line:#d8dee4;--tint:#f5f7f9;--accent:#12507e;
--accent-tint:#e8f0f6;--good:#17653a;--bad:#a3242c;--open:#7a5200;--mark:#8a96a2}
@media (prefers-color-scheme:dark){:root{--paper:#11161b;--ink:#e9edf1;--soft:#a6b2bd;--line:#2d3742;
--tint:#192027;--accent:#7fbce8;--accent-tint:#17293a;--good:#71c794;--bad:#f2918f;--open:#e2b65f;
--mark:#6c7884}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:1120px;margin:0 auto;padding:0 40px}
.masthead{display:flex;flex-wrap:wrap;gap:12px 40px;align-items:baseline;justify-content:space-between;
padding-top:28px;padding-bottom:20px}
.brand{display:flex;gap:10px;align-items:center;margin:0;font-size:20px;font-weight:650;
letter-spacing:-.01em;color:var(--accent)}
.masthead dl{display:flex;flex-wrap:wrap;gap:4px 28px;margin:0;font-size:14px}
.masthead div{display:flex;gap:8px}
dt{color:var(--soft)}dd{margin:0}
.skip{position:absolute;left:-999px}.skip:focus{left:16px;top:8px;background:var(--paper);padding:8px 12px}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}
h1,h2,h3,h4{line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:0}
h1{font-size:clamp(26px,3.6vw,38px);max-width:26em;text-wrap:balance}
h2{font-size:24px;margin-bottom:8px}
h3{font-size:17px}h4{font-size:15px;margin:20px 0 8px}
section{padding:44px 0 8px;border-top:1px solid var(--line);margin-top:40px}
section h2~h3{margin:36px 0 10px}
.card{margin-top:0;border-top:4px solid var(--accent);padding:36px 0 0}
.card:focus{outline:none}
.card>.mark{font-size:15px;margin:0 0 12px}
.details{font-size:18px;max-width:58em;color:var(--soft);margin:14px 0 0}
.task{max-width:58em;margin:14px 0 0}
.card h2{font-size:19px;margin:32px 0 4px}.card .promises{margin-top:10px}
.two{display:grid;grid-template-columns:3fr 2fr;gap:0 40px}.two>div>h2{margin-top:20px}
.two p{margin:6px 0}
.failures,.next{padding-left:1.2em;margin:8px 0 16px}.failures li,.next li{margin:7px 0}
.failures q{quotes:none}code{font-size:.92em;display:inline-block;max-width:100%}.failures span{display:block;color:var(--soft);font-size:14.5px}
.part{color:var(--soft);border-top:4px solid var(--line);margin:56px 0 -28px;padding-top:20px}
.lead{max-width:52em;color:var(--soft);margin:0 0 24px}
.fine{font-size:14px;color:var(--soft)}
.mark{font-weight:600;white-space:nowrap}
.good,.s-pass .mark,.mark.s-pass{color:var(--good)}
.bad,.mark.s-fail,.mark.s-ruled_out_on_dev{color:var(--bad)}
.mark.open{color:var(--open)}
.open,.mark.s-too_close,.mark.s-error,.mark.s-not_tried,.mark.s-not_needed,.mark.s-screened_out{color:var(--open)}
.tiles{display:grid;grid-template-columns:repeat(5,1fr);gap:0;margin:36px 0 0;
border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.tile{padding:18px 20px 20px}.tile+.tile{border-left:1px solid var(--line)}
.tile:first-child{padding-left:0}
.tile dt{font-size:14px}
.tile strong{display:block;font-size:26px;line-height:1.3;font-weight:600;letter-spacing:-.02em;
font-variant-numeric:tabular-nums}
.tile.void strong{font-size:17px;line-height:2.05;font-weight:500;letter-spacing:0;color:var(--soft)}
.tile dd>span:not(.bar){display:block;font-size:13.5px;line-height:1.45;color:var(--soft)}
.bar{position:relative;display:block;height:14px;margin:6px 0 8px;max-width:180px;
background:linear-gradient(var(--line),var(--line)) 0 50%/100% 2px no-repeat}
.bar i{position:absolute;display:block}
.bar .span{top:4px;height:6px;min-width:3px;background:var(--mark);border-radius:3px}
.bar .dot{top:2px;width:10px;height:10px;margin-left:-5px;border-radius:50%;background:var(--accent)}
.bar .need{top:-1px;height:16px;border-left:2px solid var(--ink);margin-left:-1px}
.promises{display:grid;grid-template-columns:1fr 1fr;gap:20px;margin-top:28px}
.promise{background:var(--tint);padding:20px 24px;border-radius:4px}
.promise p{margin:6px 0 0}.promise p:last-child{font-size:15px;color:var(--soft)}
nav ul{display:flex;flex-wrap:wrap;gap:6px 24px;list-style:none;margin:32px 0 0;padding:0;font-size:15px}
.scroll{overflow-x:auto;max-width:100%;position:relative;
background:linear-gradient(90deg,var(--paper) 40%,transparent) 0 0/40px 100% no-repeat local,
linear-gradient(270deg,var(--paper) 40%,transparent) 100% 0/40px 100% no-repeat local,
linear-gradient(90deg,var(--mark),transparent) 0 0/12px 100% no-repeat,
linear-gradient(270deg,var(--mark),transparent) 100% 0/12px 100% no-repeat}.scroll+.scroll{margin-top:24px}
.stairs{display:grid;grid-auto-flow:column;grid-auto-columns:minmax(160px,1fr);gap:0;list-style:none;
margin:0;padding:0 0 8px}
.landing{margin-top:calc(var(--step)*44px);border-top:6px solid var(--mark);padding:14px 22px 8px 0;
position:relative}
.landing:not(:first-child)::before{content:"";position:absolute;left:-6px;top:-50px;height:50px;
border-left:6px solid var(--mark)}
.landing.chosen{border-top-color:var(--accent)}
.landing.s-ruled_out_on_dev,.landing.s-screened_out,.landing.s-not_tried,.landing.s-not_needed{border-top-style:dashed}
.landing p{margin:2px 0}.landing .meta{color:var(--soft);font-size:14px}
.landing .why{font-size:14px;color:var(--soft)}
.tag{background:var(--accent);color:var(--paper);font-size:12.5px;font-weight:600;padding:2px 8px;
border-radius:2px;margin-left:6px}
.rungs{list-style:none;margin:12px 0 0;padding:0;font-size:14px;line-height:1.4}
.rung{display:flex;gap:10px;padding:7px 0;border-top:1px solid var(--line)}
.rung small,td small,th small,summary small{display:block;color:var(--soft);font-size:13px;font-weight:400}
.sign{flex:none;width:22px;height:22px;line-height:20px;text-align:center;border:1px solid var(--mark);
border-radius:2px;font-weight:700}
.passed .sign{background:var(--good);border-color:var(--good);color:var(--paper)}
.failed .sign{background:repeating-linear-gradient(45deg,transparent 0 3px,var(--line) 3px 5px);
border-color:var(--bad);color:var(--bad)}
.rung.open{color:inherit}.rung.open .sign{border-style:double;border-width:3px;line-height:16px;
border-color:var(--open);color:var(--open)}
.ruled .sign{border-color:var(--bad);color:var(--bad);border-style:dashed}
.unneeded{color:var(--soft)}.unneeded .sign{border-style:dotted}
figure{margin:0}
.plot{display:block;width:100%;height:auto;font-family:inherit}.plot.narrow{display:none}
.plot text{fill:var(--ink);font-size:13px}
.plot .tick,.plot .axis-name{fill:var(--soft)}
.plot .rule{stroke:var(--line);stroke-width:1}.plot .axis{stroke:var(--mark);stroke-width:1}
.plot .break{stroke:var(--mark);stroke-dasharray:2 4}
.plot .limit{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:6 4}
.plot .limit-name{font-size:12.5px}
.front{fill:none;stroke:var(--accent);stroke-width:1.5;stroke-dasharray:1 4;stroke-linecap:round}
.plot .bar-line{stroke:var(--ink);stroke-width:1.3}
.plot .beaten .bar-line{stroke:var(--mark)}
.mark-shape :is(circle,rect,path):not(.ring),.key :is(circle,rect):not(.ring){fill:var(--accent);
stroke:var(--paper);stroke-width:1.5}
.mark-shape.beaten :is(circle,rect,path):not(.ring),.key .beaten{fill:var(--paper)!important;
stroke:var(--mark)!important;stroke-width:2}
.ring{fill:none;stroke:var(--accent);stroke-width:2}
.plot .name.beaten{fill:var(--soft)}.plot .chosen-name{font-weight:700}
.plot .name,.plot .limit-name{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.legend{display:flex;flex-wrap:wrap;gap:6px 24px;list-style:none;padding:0;margin:10px 0 0;font-size:14px}
.legend svg{vertical-align:-3px}
.reliability{width:100%;max-width:260px;font-size:11px;fill:var(--soft)}
.reliability path{fill:none;stroke:var(--line)}.reliability .even{stroke-dasharray:4 4}
.reliability circle{fill:var(--accent)}
table{border-collapse:collapse;font-size:14.5px;font-variant-numeric:tabular-nums;min-width:100%}
th,td{text-align:left;vertical-align:top;padding:9px 14px 9px 0;border-bottom:1px solid var(--line);
overflow-wrap:normal}
thead th{color:var(--soft);font-weight:600;font-size:13.5px;vertical-align:bottom;
border-bottom:1px solid var(--mark)}
tbody th{font-weight:600}
td.num,th.num{text-align:right;white-space:nowrap}td.num small{display:inline;margin-left:6px}
thead th:not(:first-child){white-space:nowrap}
.systems td:nth-child(n+6),.systems th:nth-child(n+6){text-align:right;white-space:nowrap}
.systems tbody th{min-width:150px}.compact{min-width:0}
.systems thead th:not(:first-child){white-space:normal}
.systems .bar{width:150px;margin:4px 0}
tr.chosen>*{background:var(--accent-tint)}tr.chosen>:first-child{box-shadow:inset 4px 0 var(--accent);padding-left:14px}
.none{color:var(--soft)}
details{margin:14px 0}summary{cursor:pointer;font-weight:600}
summary small{display:inline;margin-left:8px}
.confusion td{text-align:center;padding:8px 10px;min-width:44px;color:var(--soft)}
.confusion td.hit{color:var(--ink);font-weight:600;background:var(--accent-tint)}
.confusion td.miss.c1,.confusion td.miss.c2,.confusion td.miss.c3,.confusion td.miss.c4{color:var(--bad);
font-weight:600}
.confusion td.miss.c2{box-shadow:inset 0 0 0 1px var(--bad)}
.confusion td.miss.c3,.confusion td.miss.c4{box-shadow:inset 0 0 0 2px var(--bad)}
.filters{border:0;padding:0;margin:0 0 8px;display:flex;flex-wrap:wrap;gap:8px;align-items:center;font-size:15px}
.filters legend{float:left;margin-right:12px;color:var(--soft);padding:0}
.filters label{position:relative}.filters label span{display:block;border:1px solid var(--mark);border-radius:2px;
padding:5px 14px;cursor:pointer}
.filters input[type=radio]{position:absolute;opacity:0;inset:0;margin:0;cursor:pointer}
.filters input:checked+span{background:var(--accent);border-color:var(--accent);color:var(--paper)}
.filters input:focus-visible+span{outline:3px solid var(--accent);outline-offset:2px}
.filters b{font-weight:400;opacity:.8;margin-left:4px}
.search[hidden]{display:none}
.search input{font:inherit;padding:5px 10px;border:1px solid var(--mark);border-radius:2px;
background:var(--paper);color:inherit;max-width:100%}
.matrix:has(#filter-fail:checked) tbody tr:not(.fail),.matrix:has(#filter-diff:checked) tbody tr:not(.diff){display:none}
.matrix .scroll{max-height:640px;overflow:auto;border:1px solid var(--line);padding:0}
.matrix thead th{position:sticky;top:0;background:var(--paper);padding-top:10px}
.matrix th:first-child,.matrix td:first-child{padding-left:14px}
.matrix tbody th{font-weight:400;min-width:260px}
.matrix details{margin:0}.matrix summary{font-weight:400}.matrix summary span{color:var(--soft)}
.matrix details p{margin:6px 0 0;white-space:pre-wrap}
td.wrong{color:var(--bad)}td.right>span:first-child{color:var(--good)}td.partly{color:var(--open)}
td.wrong i{font-style:italic}td.absent{color:var(--soft)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.notice{background:var(--tint);padding:12px 18px;border-left:3px solid var(--accent)}
.method{max-width:54em;padding-left:1.4em}.method li{margin:8px 0;padding-left:6px}
.facts{margin:0;font-size:14.5px}
.facts div{display:grid;grid-template-columns:200px 1fr;gap:16px;padding:7px 0;border-bottom:1px solid var(--line)}
.facts dd{font-family:ui-monospace,"SFMono-Regular",Menlo,Consolas,"Liberation Mono",monospace;font-size:13.5px}
footer{padding-top:40px;padding-bottom:56px;color:var(--soft);font-size:14px}
@media (max-width:1000px){.tiles{grid-template-columns:repeat(3,1fr)}.tile:nth-child(4){border-left:0;padding-left:0}
.tile:nth-child(n+4){border-top:1px solid var(--line)}}
@media (max-width:640px){header,main,footer{padding-left:18px;padding-right:18px}
.details{font-size:16.5px}section{padding-top:34px;margin-top:30px}
.tiles{grid-template-columns:1fr 1fr}.tile{padding:14px 12px}.tile:nth-child(odd){border-left:0;padding-left:0}
.tile:nth-child(4){border-left:1px solid var(--line);padding-left:12px}
.tile:nth-child(n+3){border-top:1px solid var(--line)}
.promises,.two{grid-template-columns:1fr}.promise{padding:16px 18px}
.stairs{display:block}.landing{margin:0 0 22px calc(min(var(--step),6)*12px)}
.landing:not(:first-child)::before{display:none}
.plot.wide{display:none}.plot.narrow{display:block}.plot text{font-size:12px}
.facts div{grid-template-columns:1fr;gap:0}.matrix tbody th{min-width:180px}}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--tint:#fff;--accent:#12507e;
--accent-tint:#eee;--good:#17653a;--bad:#a3242c;--open:#7a5200;--mark:#777}
body{font-size:10.5pt}header,main,footer{max-width:none;padding:0}
nav,.skip,.appendix{display:none}
section{break-inside:auto;margin-top:18pt;padding-top:12pt}
h2,h3,h4,.lead,summary,p:has(+.scroll),p:has(+table){break-after:avoid}
.legend,.fine{break-before:avoid}.lead,#tradeoff,.systems,.compact{break-inside:avoid}p,li{orphans:3;widows:3}
.masthead{padding-bottom:6pt}.card{break-after:page;padding-top:10pt}
h1{font-size:17pt}.card h2{font-size:12pt;margin:10pt 0 2pt}.details{font-size:10.5pt;margin-top:6pt}
.task{margin-top:6pt}.tiles{grid-template-columns:repeat(5,1fr)!important;margin-top:12pt}
.tile{padding:6pt!important;border-top:0!important}.tile+.tile{border-left:1px solid var(--line)!important}
.tile strong{font-size:14pt}.tile.void strong{font-size:10.5pt}.tile dt,.tile dd>span:not(.bar){font-size:8.5pt}
.promises{grid-template-columns:1fr 1fr;margin-top:6pt;gap:10pt}.promise{padding:6pt 10pt}
.two{grid-template-columns:3fr 2fr;gap:0 16pt}.two p,.card li{font-size:9.5pt;margin:3pt 0}
.failures span{font-size:9pt!important}
.stairs{display:grid;grid-auto-columns:minmax(0,1fr)}.landing{padding-right:8pt}
.scroll{background:none}
.promise,.landing,tr,figure{break-inside:avoid}.promise{border:1px solid var(--line)}
.scroll{overflow:visible}thead{display:table-header-group}
table{font-size:9pt}th,td{padding:4pt 8pt 4pt 0}
.tag{border:1px solid var(--accent);color:var(--accent);background:none}}
)css";

}  // namespace palier::report::page
