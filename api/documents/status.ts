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
  );

export type LiveStatus = z.output<typeof statusSchema>;
export type LiveObject = LiveStatus['items'][number];
