import * as z from 'zod';
import { isObject } from '../json.ts';

/**
 * Live objects, as `kubectl get dgd,dgdsa,hpa,scaledobjects -o json` prints them. Only what planning reads is checked;
 * the rest passes through, since a cluster may run any operator version.
 */
export const statusSchema = z
  .custom<unknown>(
    (value) => isObject(value) && value.kind === 'List' && Array.isArray(value.items),
    'is not a list of objects as kubectl get -o json prints; for one name kubectl prints the object alone, so get by kind',
  )
  .pipe(
    z.looseObject({
      kind: z.literal('List'),
      items: z.array(
        z.looseObject({
          apiVersion: z.string(),
          kind: z.string(),
          metadata: z.looseObject({
            name: z.string(),
            namespace: z.string(),
            generation: z.number().optional(),
          }),
        }),
      ),
    }),
  )
  .check(({ value, issues }) => {
    const places = new Map<string, number>();
    for (const [index, { kind, metadata }] of value.items.entries()) {
      const object = `${kind} ${metadata.namespace}/${metadata.name}`;
      const first = places.get(object);
      places.set(object, first ?? index);
      if (first === undefined) continue;
      const message = `shows ${object} again, which items[${first}] is already; nobody can tell which of them is live: take the status of one cluster, once`;
      issues.push({ code: 'custom', message, path: ['items', index], input: object });
      return;
    }
  });

export type LiveStatus = z.output<typeof statusSchema>;
export type LiveObject = LiveStatus['items'][number];
