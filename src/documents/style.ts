// The look of a document in a browser and on its printer; named by its hash, so that the page may have no other style.
import { createHash } from 'node:crypto';

/** The style sheet. Sizes are in points, because it is made to be printed. */
export const css = `
*{box-sizing:border-box}
html{background:#eef1f4;-webkit-text-size-adjust:100%}
body{margin:0;color:#1d2733;font:10pt/1.5 "Noto Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:595pt;margin:24pt auto;padding:40pt 44pt;background:#fff;box-shadow:0 1pt 6pt rgba(20,30,40,.15)}
header{display:flex;gap:24pt;justify-content:space-between;padding-bottom:10pt;border-bottom:1.5pt solid #1d2733}
header p,header dl{margin:0}
.issuer{flex:1}.issuer b{display:block;font-size:13pt;line-height:1.4}.issuer p{color:#566270;font-size:9pt}
.references{display:grid;grid-template-columns:auto auto;gap:0 10pt;align-content:start;font-size:9pt}
dt{color:#566270}dd{margin:0}.references dd{text-align:right;font-weight:700}
h1{margin:16pt 0 6pt;font-size:19pt;line-height:1.3}
.stamp{display:inline-block;margin:0 0 6pt;padding:2pt 10pt;border:1.5pt solid;border-radius:3pt;font-weight:700}.good{color:#1b6e3c}.alarm{color:#b3261e}
h2,caption{margin:0;padding:13pt 0 4pt;font-size:11pt;font-weight:700;line-height:1.4;text-align:start;break-after:avoid}
p{margin:5pt 0}p:has(+.signatures){break-after:avoid}.prominent{break-inside:avoid}.prominent{padding:7pt 10pt;border-inline-start:2.5pt solid #1d2733;background:#f2f5f7}.small{color:#566270;font-size:8.5pt}
.facts{display:grid;gap:2pt 20pt;margin:4pt 0}.two{grid-template-columns:1fr 1fr}
.facts div{display:grid;grid-template-columns:96pt 1fr;gap:8pt;break-inside:avoid}
table{width:100%;table-layout:fixed;border-collapse:collapse;font-size:9.5pt}
thead{display:table-header-group}tr{break-inside:avoid}
th,td{padding:4pt 6pt;text-align:start;vertical-align:top;border-bottom:.5pt solid #cfd6dd}
th{background:#f2f5f7;color:#3b4754;font-weight:700;font-size:9pt}
.end{text-align:end;font-variant-numeric:tabular-nums}
.totals{width:60%;margin:6pt 0 0 auto;break-inside:avoid}
.totals div{display:flex;justify-content:space-between;gap:12pt;padding:2pt 6pt;font-variant-numeric:tabular-nums}
.totals div:last-child{margin-top:3pt;padding-top:5pt;border-top:1.5pt solid #1d2733;font-size:12pt;font-weight:700}
.totals div:last-child dt{color:inherit}
.signatures{display:flex;gap:30pt;margin-top:40pt;break-inside:avoid}
.signatures p{flex:1;margin:0;padding-top:4pt;border-top:.75pt solid #1d2733;color:#566270;font-size:8.5pt}
figure{margin:8pt 0;break-inside:avoid}figcaption{font-size:13pt;font-weight:700;letter-spacing:.08em}
footer{margin-top:22pt;color:#566270;font-size:8pt}
@page{margin:12mm 13mm}
@media print{html{background:none}body{font-size:9.25pt;line-height:1.35}table{font-size:9.25pt}th,td{padding:2.5pt 5pt}
h1{margin:8pt 0 4pt;font-size:17pt}h2,caption{padding:8pt 0 3pt}.facts{gap:1pt 20pt;margin:3pt 0}p{margin:3pt 0}.signatures{margin-top:32pt}footer{margin-top:10pt}main{max-width:none;margin:0;padding:0;box-shadow:none}.prominent,th{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media (max-width:560px){main{margin:0;padding:20pt 14pt}header{display:block}.references{margin-top:8pt;justify-content:start}.two{grid-template-columns:1fr}.totals{width:100%}}
`;

/** `Content-Security-Policy` of a document: this style and nothing else. Not to be framed, loads nothing, sends nothing. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`;
