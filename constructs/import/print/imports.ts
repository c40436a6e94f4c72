import { Gpu } from '../../gpu.ts';
import type { AppItem } from '../app-item.ts';
import { Call, type Expression } from '../declaration.ts';
import { LINE_WIDTH } from './expression.ts';

/** The imports of an app that says these items. */
export function printImports(items: readonly AppItem[]): string {
  const objects = items.flatMap((item) => (item.kind === 'object' ? [item.object] : []));
  const cdk8s = [
    ...(objects.length > 0 ? ['ApiObject'] : []),
    ...(items.some(({ isMain }) => !isMain) ? ['Chart'] : []),
    ...(objects.some(({ patches }) => patches.length > 0) ? ['JsonPatch'] : []),
  ];
  const said = items.flatMap(expressionsIn);
  const ours = [
    'App',
    'Environment',
    ...(said.some((one) => one instanceof Gpu) ? ['Gpu'] : []),
    'GraphDeployment',
    ...items.flatMap((item) => (item.kind === 'companion' ? [item.companion.construct] : [])),
    ...said.flatMap((one) => (one instanceof Call ? [one.callee.replace(/\..*$/, '')] : [])),
  ];
  return [
    ...(cdk8s.length > 0 ? [`import { ${cdk8s.join(', ')} } from 'cdk8s';`] : []),
    printImport([...new Set(ours)].sort(), 'dynamo-gitops/constructs'),
  ].join('\n');
}

function printImport(names: readonly string[], from: string): string {
  const line = `import { ${names.join(', ')} } from '${from}';`;
  return line.length <= LINE_WIDTH
    ? line
    : `import {\n${names.map((name) => `  ${name},\n`).join('')}} from '${from}';`;
}

/** Every expression in what an item says in our constructs' words. */
function expressionsIn(item: AppItem): readonly Expression[] {
  switch (item.kind) {
    case 'graph':
      return item.graph.declaration.services.flatMap(({ options }) => within(options));
    case 'companion':
      return within(item.companion.props);
    case 'object':
      return [];
  }
}

function within(value: Expression | undefined): readonly Expression[] {
  if (value === undefined) return [];
  if (value instanceof Call) return [value, ...within(value.argument)];
  if (value instanceof Gpu || typeof value !== 'object' || value === null) return [value];
  return [value, ...Object.values(value).flatMap((one: Expression | undefined) => within(one))];
}
