/** The page's looks: for a desk, a phone, the dark, and paper. Nothing of it is loaded from anywhere. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1b1f24; --faint: #57606a; --grid: #e4e7eb; --head: #f3f5f7;
  --git: #0b5cad; --floor: #7a3e9d; --native: #a34700; --static: #57606a; --oracle: #1a7f37;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --ink: #e8eaed; --faint: #a3abb5; --grid: #2c323a; --head: #1e232a;
    --git: #6cb6ff; --floor: #d2a8ff; --native: #ffa657; --static: #a3abb5; --oracle: #57d977;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word;
}
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
p, li { max-width: 68ch; }
code { font: 0.85em ui-monospace, monospace; overflow-wrap: anywhere; }
.table { overflow-x: auto; }
.table:focus-visible { outline: 2px solid var(--git); }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.6rem; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th { background: var(--head); font-weight: 600; vertical-align: bottom; white-space: normal; }
th:nth-child(2), td:nth-child(2), td:last-child, th:last-child { text-align: left; }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; margin-bottom: 0.25rem; }
figure svg { display: block; max-width: 100%; height: auto; }
figure .narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; list-style: none; font-size: 0.875rem; }
.legend span { margin-right: 0.35rem; }
footer { color: var(--faint); font-size: 0.875rem; margin-top: 2rem; }
@media (max-width: 46rem) {
  body { padding: 0.75rem; }
  figure .wide { display: none; }
  figure .narrow { display: block; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --ink: #000000; --faint: #444444; --grid: #cccccc; --head: #eeeeee;
    --git: #0b5cad; --floor: #7a3e9d; --native: #a34700; --static: #57606a; --oracle: #1a7f37;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .table { overflow: visible; }
  table { font-size: 6.5pt; }
  th, td { padding: 0.15rem 0.3rem; white-space: normal; }
  figure .wide { display: block; }
  figure .narrow { display: none; }
  figure, tr, h2 { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`.trim();
