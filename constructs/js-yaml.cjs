// The library that reads and lays out YAML, for when it is first asked something: most graphs are written without it, and
// it takes as long to load as fifty of them to render. A file of its own, as for cdk8s.
module.exports = () => require('js-yaml');
