import type { Backend } from '../../api/index.ts';
import {
  anObject,
  either,
  flag,
  listOf,
  mapOf,
  number,
  oneOf,
  required,
  shape,
  text,
} from '../../constructs/props/index.ts';

/*
 * Compiled, and never run: what is checked at run time cannot drift from the interface that it describes. Each line that
 * follows an expectation would be refused by the compiler.
 */

interface Example {
  readonly name: string;
  readonly backend?: Backend;
  readonly replicas?: number | { readonly min: number };
  readonly args?: readonly string[];
}

const right = {
  name: required(text),
  backend: oneOf('vllm', 'sglang', 'trtllm'),
  replicas: either(number, shape<{ readonly min: number }>('an object', { min: required(number) })),
  args: listOf(text),
};

shape<Example>('an object', right);

const { args: _, ...less } = right;
// @ts-expect-error a property of the interface is missing
shape<Example>('an object', less);
// @ts-expect-error a property that the interface does not have
shape<Example>('an object', { ...right, image: text });
// @ts-expect-error the wrong kind
shape<Example>('an object', { ...right, args: text });
// @ts-expect-error items of the wrong kind
shape<Example>('an object', { ...right, args: listOf(number) });
// @ts-expect-error a value of the closed list is missing
shape<Example>('an object', { ...right, backend: oneOf('vllm', 'sglang') });
// @ts-expect-error a value too many
shape<Example>('an object', { ...right, backend: oneOf('vllm', 'sglang', 'trtllm', 'mocker') });
// @ts-expect-error wider than the interface
shape<Example>('an object', { ...right, backend: text });
// @ts-expect-error narrower than the interface
shape<Example>('an object', { ...right, replicas: number });
// @ts-expect-error needed by the interface
shape<Example>('an object', { ...right, name: text });
// @ts-expect-error not needed by the interface
shape<Example>('an object', { ...right, args: required(listOf(text)) });

type Either = { readonly a: string; readonly b?: never } | { readonly b: boolean; readonly c: { readonly d?: string } };

shape<Either>('an object', { a: text, b: flag, c: anObject() });
// @ts-expect-error a property of one member of the union is missing
shape<Either>('an object', { a: text, b: flag });
// @ts-expect-error needed in one member of the union only
shape<Either>('an object', { a: required(text), b: flag, c: mapOf(text) });
