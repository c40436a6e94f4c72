import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { isObject, type JsonObject, type JsonValue, objectAt, valueAt } from '../../../api/index.ts';

/** Holds requests against the description that GitHub publishes of its REST API. */
export interface RequestContract {
  /** What is wrong with a request, in words; nothing where it is as documented. */
  violations(method: string, path: string, query: URLSearchParams, body: unknown): readonly string[];
}

export function loadContract(): RequestContract {
  const file = new URL('../../../node_modules/@octokit/openapi/generated/api.github.com.json', import.meta.url);
  const text = readFileSync(file, 'utf8');
  const api = JSON.parse(text) as JsonObject;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'github', components: api.components });
  const compiled = new Map<string, ValidateFunction>();
  const validator = (schema: JsonValue): ValidateFunction => {
    const key = JSON.stringify(schema).replaceAll('"#/components/', '"github#/components/');
    const known = compiled.get(key) ?? ajv.compile(JSON.parse(key));
    compiled.set(key, known);
    return known;
  };
  const resolved = (value: JsonValue | undefined): JsonObject => {
    const object = isObject(value) ? value : {};
    const reference = object.$ref;
    return typeof reference === 'string' ? (objectAt(api, ...reference.slice(2).split('/')) ?? {}) : object;
  };
  const paths = Object.keys(objectAt(api, 'paths') ?? {}).map((template) => ({
    template,
    // A ref's name has slashes.
    pattern: new RegExp(`^${template.replace('{ref}', '(.+)').replace(/\{[^}]+\}/g, '([^/]+)')}$`),
    variables: (template.match(/\{/g) ?? []).length,
  }));

  return {
    violations(method, path, query, body) {
      const candidates = paths
        .filter(({ pattern, template }) => pattern.test(path) && operationOf(template) !== undefined)
        .sort((a, b) => a.variables - b.variables);
      const template = candidates[0]?.template;
      function operationOf(name: string): JsonObject | undefined {
        return objectAt(api, 'paths', name, method.toLowerCase());
      }
      const operation = template === undefined ? undefined : operationOf(template);
      if (operation === undefined) return [`${method} ${path} is no operation of GitHub`];
      const parameters = (Array.isArray(operation.parameters) ? operation.parameters : []).map(resolved);
      const names = parameters.filter((one) => one.in === 'query').map((one) => String(one.name));
      const problems = [...query.keys()]
        .filter((name) => !names.includes(name))
        .map((name) => `${method} ${path}: "${name}" is no parameter`);
      for (const parameter of parameters) {
        const value = parameter.in === 'query' ? query.get(String(parameter.name)) : null;
        const schema = resolved(parameter.schema);
        if (value === null) continue;
        const typed = schema.type === 'integer' ? Number(value) : value;
        if (!validator(schema)(typed)) problems.push(`${method} ${path}: ${String(parameter.name)}=${value}`);
      }
      const schema = valueAt(operation, 'requestBody', 'content', 'application/json', 'schema');
      if (schema === undefined)
        return body === undefined ? problems : [...problems, `${method} ${path}: takes no body`];
      const validate = validator(schema);
      if (!validate(body)) {
        problems.push(
          ...(validate.errors ?? []).map((error) => `${method} ${path}: ${error.instancePath} ${error.message}`),
        );
      }
      return [
        ...problems,
        ...unknownFields(resolved(schema), body).map((name) => `${method} ${path}: ${name} is no field`),
      ];
    },
  };
}

/** GitHub ignores what it does not know, so a misspelt field would never be missed. */
function unknownFields(schema: JsonObject, body: unknown): readonly string[] {
  const properties = schema.properties;
  if (!isObject(properties) || typeof body !== 'object' || body === null) return [];
  return Object.keys(body).filter((name) => !Object.hasOwn(properties, name));
}
