declare const loadJsYaml: () => typeof import('js-yaml');
export = loadJsYaml;
