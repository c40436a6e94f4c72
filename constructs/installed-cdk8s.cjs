// cdk8s as it is installed, for Node; bundlers take cdk8s.cjs. Half of the time that it takes to load goes into two
// libraries that it only needs for what few apps do: reading YAML, and patching by JSON Patch. So they are loaded when it
// first uses them.
const { createRequire, Module } = require('node:module');

const cdk8sRequire = createRequire(require.resolve('cdk8s'));
const restore = ['yaml', 'fast-json-patch'].map(putOff);
const packages = require('./cdk8s.cjs');
for (const undo of restore) undo();

module.exports = packages;

/** Has what is loaded next get a stand-in of a library. The answer ends that: from then on it is the library again. */
function putOff(name) {
  let file;
  try {
    file = cdk8sRequire.resolve(name);
  } catch {
    // Another version of cdk8s may do without it.
    return () => undefined;
  }
  if (require.cache[file] !== undefined) return () => undefined;
  const standIn = new Module(file);
  standIn.loaded = true;
  standIn.exports = lazy(() => cdk8sRequire(name));
  require.cache[file] = standIn;
  return () => {
    if (require.cache[file] === standIn) delete require.cache[file];
  };
}

/** A library's exports, loaded when one is asked for. */
function lazy(load) {
  return new Proxy(
    {},
    {
      // It says that it is a module already, for which importing it as one would read all of its exports.
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
