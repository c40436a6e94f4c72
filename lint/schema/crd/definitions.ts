import { type CrdFinding, type CrdSchemas, checkObject } from '../../../api/crd/index.ts';
import type { JsonObject } from '../../../api/index.ts';
import type { SchemaViolation } from '../check.ts';
import type { ClusterDefinitions } from '../definitions.ts';
import { stored } from './stored.ts';
import { ruleViolations } from './validation-rules.ts';

/** Checks objects against the definitions of a cluster. */
export function clusterDefinitions(schemas: CrdSchemas): ClusterDefinitions {
  return {
    check: (object, old) => {
      const { group, version } = versionOf(object);
      const versions = schemas.get(`${group}/${String(object.kind)}`);
      if (versions === undefined) return undefined;
      const schema = versions.get(version);
      if (schema === undefined) {
        const message = `the cluster serves ${String(object.kind)} in ${[...versions.keys()].join(', ')}, not in ${version}: it refuses the object`;
        const violation: SchemaViolation = {
          ...{ mistake: 'value', path: ['apiVersion'], message },
          help: 'write a version that it serves',
        };
        return { violations: [violation], ruleViolations: [] };
      }
      const violations = checkObject(schema, object).flatMap(violationOf);
      if (violations.some(({ mistake }) => mistake !== 'unknown-field')) return { violations, ruleViolations: [] };
      const before = old !== undefined && old.apiVersion === object.apiVersion ? stored(schema, old) : undefined;
      return { violations, ruleViolations: ruleViolations(schema, stored(schema, object), before) };
    },
  };
}

function versionOf({ apiVersion }: JsonObject): { readonly group: string; readonly version: string } {
  const [group = '', version = ''] = String(apiVersion).split('/');
  return { group, version };
}

function violationOf({ mistake, path, message }: CrdFinding): readonly SchemaViolation[] {
  switch (mistake) {
    case 'null':
      return [];
    case 'unknown-field': {
      const dropped = `${message}, as the cluster defines it: the API server drops it, and strict clients refuse it`;
      return [{ mistake, path, message: dropped, help: 'remove it, or move it to where it belongs' }];
    }
    default:
      return [
        { mistake, path, message: `${message}: the cluster's definition refuses the object`, help: HELP[mistake] },
      ];
  }
}

const HELP: { readonly [mistake in Exclude<SchemaViolation['mistake'], 'unknown-field'>]: string } = {
  type: 'write the type that is asked for',
  required: 'set it',
  value: 'write what the definition takes',
  duplicate: 'keep one of them',
};
