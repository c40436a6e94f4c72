import { isAtLeast, stringAt } from '../../api/index.ts';
import { type Rule, violation, when } from '../rule.ts';
import type { DynamoKind } from '../schema/kinds.ts';

const MODELS: readonly DynamoKind[] = ['DynamoModel'];

/** DynamoModel: a base model or an adapter that workers serve. */
export const modelRules: readonly Rule[] = [
  {
    id: 'model-names',
    title: 'A model has a name and a base model',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: MODELS },
    check: ({ spec }) =>
      ['modelName', 'baseModelName'].flatMap((field) =>
        when(spec[field] === '', () => violation({ path: ['spec', field] }, 'is empty', `set ${field}`)),
      ),
  },
  {
    id: 'model-lora-source',
    title: 'A LoRA says where its weights are, by a scheme that the operator loads from',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: MODELS },
    check: ({ spec, operator }) => {
      if (spec.modelType !== 'lora') return [];
      const schemes = isAtLeast(operator, '1.1.0') ? ['s3://', 'hf://', 'file:///'] : ['s3://', 'hf://'];
      const uri = stringAt(spec, 'source', 'uri') ?? '';
      return when(!schemes.some((scheme) => uri.startsWith(scheme)), () =>
        violation(
          { path: ['spec', 'source', 'uri'] },
          uri === ''
            ? 'a LoRA has no weights of its own without a source'
            : `"${uri}" is none of ${schemes.join(', ')}`,
          `write a URI that starts with ${schemes.join(' or ')}`,
        ),
      );
    },
  },
  ...(['modelType', 'baseModelName'] as const).map(
    (field): Rule => ({
      id: field === 'modelType' ? 'model-type-immutable' : 'model-base-immutable',
      title: field === 'modelType' ? "A model's type does not change" : "A model's base does not change",
      ...{ severity: 'error', stage: 'webhook', on: 'update', kinds: MODELS },
      check: ({ spec, old }) =>
        when(spec[field] !== old?.spec[field], () =>
          violation(
            { path: ['spec', field] },
            `goes from "${stringAt(old?.spec, field) ?? ''}" to "${stringAt(spec, field) ?? ''}", and it is immutable`,
            'create a model with another name',
          ),
        ),
    }),
  ),
];
