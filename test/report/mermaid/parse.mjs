/**
 * Reads a JSON list of charts and writes for each what Mermaid says of it: null, or why it is wrong. A process of its own,
 * because Mermaid wants a browser's globals, and one of its builds is a classic script.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';

/** As much of a browser as makes its sanitizer say that it works; what is parsed is no HTML. */
class Element {
  cloneNode() {}
  remove() {}
}

const document = {
  nodeType: 9,
  currentScript: null,
  implementation: { createHTMLDocument: () => ({ body: {} }) },
  createNodeIterator: () => ({ nextNode: () => null }),
  createDocumentFragment() {},
  getElementsByTagName: () => [],
  importNode() {},
  createElement: () => ({ content: {} }),
};

class DOMParser {
  parseFromString(text) {
    const body = { innerHTML: text, childNodes: [], ownerDocument: document, insertBefore() {} };
    return { body, documentElement: {}, getElementsByTagName: () => [body] };
  }
}

globalThis.document = document;
globalThis.window = {
  ...{ document, Element, DOMParser, Node: Element, NodeFilter: {}, addEventListener() {} },
  ...{ NamedNodeMap: class {}, HTMLFormElement: class {}, HTMLTemplateElement: class {}, DocumentFragment: class {} },
};

async function open(name) {
  if (name === 'mermaid10') return (await import(name)).default;
  runInThisContext(readFileSync(createRequire(import.meta.url).resolve(name), 'utf8'));
  return globalThis.mermaid;
}

const mermaid = await open(process.argv[2]);
const answers = [];
for (const chart of JSON.parse(readFileSync(0, 'utf8'))) {
  answers.push(
    await mermaid.parse(chart).then(
      () => null,
      (error) => String(error.message),
    ),
  );
}
process.stdout.write(JSON.stringify(answers));
