import * as z from 'zod';

/**
 * Live objects, as `kubectl get dgd,dgdsa,hpa,scaledobjects -o json` prints them. Only what planning reads is checked;
 * the rest passes through, since a cluster may run any operator version.
 */
export const statusSchema = z.looseObject({
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
});

export type LiveStatus = z.output<typeof statusSchema>;
export type LiveObject = LiveStatus['items'][number];
