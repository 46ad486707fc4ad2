/** The style of the reference: light or dark as the reader's system has it, one column on a phone. */
export const STYLE = `:root {
  color-scheme: light dark;
  --text: light-dark(#1d2430, #dfe4ec);
  --muted: light-dark(#5a6577, #9aa5b7);
  --ground: light-dark(#ffffff, #12161d);
  --raised: light-dark(#f5f7fa, #1a2029);
  --line: light-dark(#dfe4ec, #2c3542);
  --accent: light-dark(#2559c4, #8db4ff);
  --good: light-dark(#1a7f4b, #62d398);
  --bad: light-dark(#b3372f, #ff938a);
  --warn: light-dark(#8f5c00, #f0b95a);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; color: var(--text); background: var(--ground); font: 1rem/1.6 system-ui, sans-serif; }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
code, pre { font-family: ui-monospace, "SF Mono", Consolas, "Liberation Mono", monospace; font-size: 0.875em; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: 0.5rem; z-index: 1; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav > ul > li { margin-top: 1rem; }
nav > ul > li > a { font-weight: 600; color: var(--text); }
nav li li a { display: flex; align-items: baseline; gap: 0.5rem; padding: 0.15rem 0; font-size: 0.875rem; }
nav .method { min-width: 3.6rem; text-align: center; }
nav.wide { display: none; }
main { max-width: 54rem; margin: 0 auto; padding: 1rem 1rem 6rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.5rem; margin: 4rem 0 0.5rem; padding-bottom: 0.4rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.15rem; margin: 2.5rem 0 0.5rem; }
h3 code { font-size: 1em; }
h4 { font-size: 0.95rem; margin: 1.5rem 0 0.4rem; }
p { margin: 0.6rem 0; }
.facts, .media, em { color: var(--muted); font-style: normal; font-size: 0.875rem; }
.anchor { color: inherit; }
.anchor:hover::after { content: " #"; color: var(--muted); }
.operation, .schema { border-top: 1px solid var(--line); }
h2 + p + .operation, h2 + .schema { border-top: 0; }
.route code { font-size: 0.95rem; overflow-wrap: anywhere; }
.method { display: inline-block; padding: 0 0.45rem; border: 1px solid; border-radius: 0.3rem;
  font: 600 0.7rem/1.5 ui-monospace, Consolas, monospace; letter-spacing: 0.03em; }
.get { color: var(--accent); }
.post { color: var(--good); }
.patch { color: var(--warn); }
.delete { color: var(--bad); }
pre { margin: 0.6rem 0; padding: 0.8rem 1rem; overflow-x: auto; line-height: 1.45;
  background: var(--raised); border: 1px solid var(--line); border-radius: 0.4rem; }
:not(pre) > code { background: var(--raised); padding: 0.1em 0.3em; border-radius: 0.25rem; overflow-wrap: anywhere; }
.table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.45rem 0.8rem 0.45rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 500; font-size: 0.8rem; }
tbody th { font-weight: 500; }
.type { width: 26%; }
tbody th { width: 26%; }
.rules { display: block; color: var(--muted); }
.answer { margin: 0; padding: 0.45rem 0; border-bottom: 1px solid var(--line); }
.answer summary { cursor: pointer; }
p.answer { padding-left: 1.05rem; }
.status { display: inline-block; min-width: 2.6rem; font: 600 0.9rem ui-monospace, Consolas, monospace; }
.s2 { color: var(--good); }
.s4, .s5 { color: var(--bad); }
.narrow { margin: 1rem 0; padding: 0.5rem 1rem; background: var(--raised); border-radius: 0.4rem; }
.narrow summary { cursor: pointer; font-weight: 600; }
@media (max-width: 40rem) {
  thead { display: none; }
  tr { display: block; padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  tbody th, td, .type { display: block; width: auto; border: 0; padding: 0.1rem 0; }
}
@media (min-width: 64rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
  nav.wide { display: block; position: sticky; top: 0; height: 100vh; overflow-y: auto;
    padding: 1rem 1.2rem 3rem; background: var(--raised); border-right: 1px solid var(--line); }
  .title { margin: 0; font-weight: 700; }
  .title a { color: inherit; }
  .narrow { display: none; }
  main { padding: 1.5rem 3rem 8rem; width: 100%; }
}
@media print { nav.wide, .narrow { display: none; } body { display: block; } }
`;
