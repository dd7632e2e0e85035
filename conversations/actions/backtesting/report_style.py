"""How the page of a report looks: light and dark, on a phone, on a desk and on paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """\
:root {
  --paper: #ffffff; --ink: #1b1f24; --quiet: #56606c; --edge: #d8dde3; --tint: #f3f6f9;
  --e1: #eaf3f9; --e2: #c5dff0; --e3: #8fc1e1; --e4: #5fa3d6;
  --l1: #fcf0e5; --l2: #fbdcc2; --l3: #f6b988; --l4: #e58a45;
  --mark: #0b3d6e; --cell: #1b1f24;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14191c; --ink: #e8ecee; --quiet: #a3adb5; --edge: #364048; --tint: #1d2429;
    --e1: #16303f; --e2: #17455f; --e3: #155b85; --e4: #1470a8;
    --l1: #3a2a1c; --l2: #573819; --l3: #7a4815; --l4: #9a5510;
    --mark: #8cc4f0; --cell: #f4f7f8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%;
  font: 1rem/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue",
    "Liberation Sans", Arial, sans-serif;
}
header, main, footer {
  max-width: 60rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2rem);
}
header { padding-top: clamp(1.25rem, 5vw, 3rem); }
h1 {
  font-size: clamp(1.5rem, 1.1rem + 2vw, 2.25rem); line-height: 1.2; margin: 0 0 .4rem;
  letter-spacing: -.015em; text-wrap: balance;
}
header p, .quiet, footer { color: var(--quiet); }
header p { margin: 0 0 1.5rem; }
h2 {
  font-size: 1.3rem; line-height: 1.25; margin: 2.6rem 0 .7rem; padding-top: .9rem;
  border-top: 1px solid var(--edge);
}
h3 { font-size: 1.05rem; margin: 1.5rem 0 .4rem; }
p, ul { margin: 0 0 .8rem; max-width: 44rem; }
p.lead { font-size: 1.1rem; padding-left: .8rem; border-left: 4px solid var(--mark); }
ul { padding-left: 1.2rem; }
li { margin-bottom: .35rem; }
.pictures {
  display: grid; gap: 1.25rem; margin: 0 0 1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); align-items: start;
}
.pictures img {
  display: block; width: 100%; max-width: 36rem; height: auto; border: 1px solid var(--edge);
  border-radius: .5rem; background: #ffffff;
}
.wide { overflow-x: auto; margin: 0 0 1.25rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); padding-bottom: .4rem; font-size: .95rem; }
th, td {
  padding: .4rem .8rem .4rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--edge);
}
thead th { border-bottom-width: 2px; vertical-align: bottom; }
tbody th { font-weight: 500; }
.numbers { min-width: min(100%, 32rem); }
.numbers td, .numbers thead th { text-align: right; padding: .4rem 0 .4rem 1rem; }
.numbers td:first-child, .numbers thead th:first-child { text-align: left; padding-left: 0; }
.prose { width: 100%; }
.prose th { color: var(--quiet); width: 26%; min-width: 6.5rem; }
.prose thead th { color: var(--ink); }
.prose td { overflow-wrap: anywhere; min-width: 8rem; }
small { display: block; color: var(--quiet); font-size: .8rem; white-space: nowrap; }
.months { width: 100%; max-width: 44rem; table-layout: fixed; font-size: .9rem; }
.months th, .months td { padding: .22rem 0; text-align: center; border: 1px solid var(--paper); }
.months tbody th, .months thead td {
  width: 2.9rem; text-align: left; color: var(--quiet); font-weight: 400;
}
.months thead th { color: var(--quiet); font-weight: 400; border: 0; }
.months caption { font-weight: 600; color: var(--ink); }
.months td { color: var(--cell); }
.e1 { background: var(--e1); } .e2 { background: var(--e2); } .e3 { background: var(--e3); }
.e4 { background: var(--e4); }
.l1 { background: var(--l1); } .l2 { background: var(--l2); } .l3 { background: var(--l3); }
.l4 { background: var(--l4); }
footer { padding-block: 1rem 3rem; font-size: .9rem; }
@media (max-width: 30rem) {
  .months { font-size: .7rem; }
  .months tbody th, .months thead td { width: 2rem; }
  .numbers { font-size: .9rem; }
  .numbers td, .numbers thead th { padding-left: .6rem; }
  small { font-size: .72rem; white-space: normal; }
  .prose { font-size: .9rem; }
}
@media print {
  :root {
    --paper: #ffffff; --ink: #000000; --quiet: #444444; --edge: #bbbbbb; --cell: #000000;
    --mark: #0b3d6e;
    --e1: #eaf3f9; --e2: #c5dff0; --e3: #8fc1e1; --e4: #5fa3d6;
    --l1: #fcf0e5; --l2: #fbdcc2; --l3: #f6b988; --l4: #e58a45;
    color-scheme: light;
  }
  @page { size: A4; margin: 16mm; }
  body { font-size: 9.5pt; }
  header, main, footer { max-width: none; padding: 0; }
  h2, h3, caption { break-after: avoid; }
  tr, img, li, p { break-inside: avoid; }
  .pictures { grid-template-columns: 1fr 1fr; }
  .wide { overflow: visible; }
  .months td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
