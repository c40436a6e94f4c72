// CommonJS, as cdk8s is. An import of cdk8s from an ES module takes Node 30 ms more, since it then reads all of its files
// for names to export; a file of its own keeps `require` one that bundlers follow, so that a bundled app has one copy.
const cdk8s = require('cdk8s');
const constructs = require('constructs');

module.exports = { cdk8s, constructs, loadCdk8sPlus: () => require('cdk8s-plus-28') };
