import { fail, MAX_SHARDS, type PlanShard, type Result, succeed } from '../../api/index.ts';

/** `2/8`, as the user says which part to plan. */
export function parseShard(words: string): Result<PlanShard['shard']> {
  const [, index = 0, count = 0] = (/^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(words) ?? []).map(Number);
  if (index >= 1 && index <= count && count <= MAX_SHARDS) return succeed({ index, count });
  const message = `--shard ${JSON.stringify(words)} is not a part i/n with i from 1 to n and n at most ${MAX_SHARDS}`;
  // Indexed Jobs and matrices count from 0.
  const hint =
    index < 1 || count < 1 ? 'such as --shard 2/8; of a number that counts from 0, add 1' : 'such as --shard 2/8';
  return fail({ code: 'usage', message, hint });
}
