// cdk8s as it is installed, for Node; bundlers take cdk8s.cjs. Half of the time that it takes to load goes into two
// libraries that it needs for what few apps do: reading YAML, and patching by JSON Patch. They are loaded when it first
// uses them.
const { createRequire, Module } = require('node:module');

const undo = ['yaml', 'fast-json-patch'].map(putOff);
module.exports = require('./cdk8s.cjs');
for (const restore of undo) restore();

/** Has what is loaded next get a stand-in of a library. The answer ends that: from then on it is the library again. */
function putOff(name) {
  let file;
  let fromCdk8s;
  try {
    fromCdk8s = createRequire(require.resolve('cdk8s'));
    file = fromCdk8s.resolve(name);
  } catch {
    // Another version of cdk8s may do without it, and in a bundle all is together.
    return () => undefined;
  }
  if (require.cache[file] !== undefined) return () => undefined;
  const standIn = new Module(file);
  standIn.loaded = true;
  standIn.exports = whenUsed(() => fromCdk8s(name));
  require.cache[file] = standIn;
  return () => {
    if (require.cache[file] === standIn) delete require.cache[file];
  };
}

/** A library's exports, loaded when one is asked for. */
function whenUsed(load) {
  return new Proxy(
    {},
    {
      // What is no module already is copied where it is imported as one, by reading all of it.
      get: (_, name) => (name === '__esModule' ? true : load()[name]),
      has: (_, name) => name in load(),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_, name) => {
        const found = Reflect.getOwnPropertyDescriptor(load(), name);
        return found && { ...found, configurable: true };
      },
    },
  );
}
