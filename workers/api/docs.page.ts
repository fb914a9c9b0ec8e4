import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { type ApiDocument, type Method, type Operation, operationsOf } from './openapi.ts';
import { schemaText } from './schema-text.ts';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The style of the page; its hash stands in the Content-Security-Policy. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; --fg: #1c2330; --soft: #5a6472; --line: #d9dee5; --bg: #fff; --card: #f6f8fa; --link: #0b57d0; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6e9ee; --soft: #a0a9b6; --line: #343b46; --bg: #14181f; --card: #1c222b; --link: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1rem 6rem; font: 16px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); }
a { color: var(--link); }
h1 { margin: 0; } h2 { margin: 2.5rem 0 .25rem; } h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { margin: .25rem 0 .75rem; } .soft { color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: .25rem .75rem; margin: 1rem 0; }
code, pre { font: 14px/1.5 ui-monospace, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; background: var(--card); }
summary { cursor: pointer; padding: .5rem .75rem; overflow-wrap: anywhere; }
details > div { padding: 0 .75rem .75rem; }
summary b { display: inline-block; min-width: 4.5em; font: 600 13px ui-monospace, monospace; }
.tag { border: 1px solid var(--line); border-radius: 99px; padding: 0 .5em; font-size: 13px; white-space: nowrap; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .5rem .3rem 0; border-top: 1px solid var(--line); }
td { overflow-wrap: anywhere; }
`;

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: { description?: string };
}

/** The API's documentation for people: one page without scripts, rendered from the document itself. */
export function docsPage(document: ApiDocument): Html {
  const operations = [...operationsOf(document)];
  const schemas = document.components?.schemas ?? {};
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title}</title>
<style>${raw(DOCS_STYLE)}</style>
</head>
<body>
<header>
<h1>${document.info.title}</h1>
<p class="soft">Version ${document.info.version} · <a href="openapi.json">OpenAPI 3.1 document</a></p>
${(document.info.description ?? '').split('\n\n').map((text) => html`<p>${inlineCode(text)}</p>`)}
</header>
<nav aria-label="Groups">${document.tags.map((tag) => html`<a href="#${anchor(tag.name)}">${tag.name}</a>`)}<a href="#schemas">Schemas</a></nav>
<main>
${document.tags.map(
  (tag) => html`<section id="${anchor(tag.name)}">
<h2>${tag.name}</h2>
<p class="soft">${tag.description}</p>
${operations.filter(({ operation }) => operation.tags?.includes(tag.name)).map((one) => operationBlock(one, schemas))}
</section>`,
)}
<section id="schemas">
<h2>Schemas</h2>
${Object.entries(schemas).map(
  ([name, schema]) =>
    html`<details id="schema-${name}"><summary><code>${name}</code></summary><div><pre>${linked(schemaText(schema), schemas)}</pre></div></details>`,
)}
</section>
</main>
</body>
</html>`;
}

function operationBlock(
  { path, method, operation }: { path: string; method: Method; operation: Operation },
  schemas: Record<string, unknown>,
): Html {
  const permission = operation['x-permission'];
  const body = contentOf(operation.requestBody);
  const parameters = (operation.parameters ?? []) as Parameter[];
  return html`<details id="${operation.operationId ?? ''}">
<summary><b>${method.toUpperCase()}</b> <code>${path}</code> <span class="soft">${inlineCode(operation.summary ?? '')}</span> <span class="tag">${permission ?? 'public'}</span></summary>
<div>
${operation.description ? html`<p>${inlineCode(operation.description)}</p>` : ''}
${
  parameters.length > 0
    ? html`<h3>Parameters</h3><table><tbody>${parameters.map(
        (p) =>
          html`<tr><td><code>${p.name}</code></td><td>${p.in}${p.required ? ', required' : ''}</td><td><code>${schemaText(p.schema)}</code> ${inlineCode(p.description ?? p.schema?.description ?? '')}</td></tr>`,
      )}</tbody></table>`
    : ''
}
${body ? html`<h3>Body</h3><pre>${linked(body, schemas)}</pre>` : ''}
<h3>Answers</h3>
<table><tbody>${Object.entries(operation.responses).map(
    ([status, response]) =>
      html`<tr><td><code>${status}</code></td><td>${inlineCode(descriptionOf(response))}</td><td><pre>${linked(contentOf(response) ?? '', schemas)}</pre></td></tr>`,
  )}</tbody></table>
</div>
</details>`;
}

const anchor = (name: string) => name.toLowerCase().replaceAll(' ', '-');

/** A schema's text, in which the names of schemas lead to them. */
function linked(text: string, schemas: Record<string, unknown>): Html[] {
  const words = text.split(/\b([A-Z]\w+)\b/);
  return words.map((word) =>
    Object.hasOwn(schemas, word) ? html`<a href="#schema-${word}">${word}</a>` : html`${word}`,
  );
}

/** Text with \`code\` in it; everything is escaped. */
function inlineCode(text: string): Html[] {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

function descriptionOf(response: unknown): string {
  const { description } = (response ?? {}) as { description?: string };
  return description ?? '';
}

/** The schema of the first media type of a body or answer; null when it has none. */
function contentOf(holder: unknown): string | null {
  const { content } = (holder ?? {}) as { content?: Record<string, { schema?: unknown }> };
  const [first] = Object.values(content ?? {});
  return first ? schemaText(first.schema) : null;
}
