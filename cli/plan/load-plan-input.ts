import {
  type Config,
  fail,
  historySchema,
  type Problem,
  profilesOf,
  type Result,
  type StrategySettings,
  statusSchema,
  succeed,
} from '../../api/index.ts';
import type { MetricsSource, PlanSetting, ProfileParts } from '../../planner/index.ts';
import type { CommandContext } from '../context.ts';
import { loadConfig } from '../load-config.ts';
import type { FileChoice } from '../metrics/open-file.ts';
import { type MetricsChoice, openMetricsSource } from '../metrics/open-source.ts';
import type { PrometheusChoice } from '../metrics/prometheus/open-prometheus.ts';
import { readProfile } from '../profile/read-profile.ts';
import { loadFittedModels } from './load-fitted-models.ts';
import { loadFleet } from './load-fleet.ts';
import { planTime } from './plan-time.ts';
import { type DocumentSchema, type ReadDocument, readDocument } from './read-document.ts';
import { withField } from './with-field.ts';

/** The files of one call, as the user named them. */
export interface PlanFiles {
  readonly metrics: string | undefined;
  readonly prometheus?: PrometheusChoice;
  readonly metricsFile?: FileChoice;
  readonly status: string | undefined;
  readonly history: string | undefined;
  readonly at: string | undefined;
}

function metricsChoice({ metrics, prometheus, metricsFile }: PlanFiles): MetricsChoice {
  return { recording: metrics, prometheus, ...(metricsFile === undefined ? {} : { file: metricsFile }) };
}

/** All that a plan is made of, with the metrics still to be read. */
export interface LoadedPlanInput {
  readonly setting: PlanSetting;
  readonly source: MetricsSource;
}

/** Reads everything that a plan depends on. All that is wrong is said at once, whichever file it is in. */
export async function loadPlanInput(files: PlanFiles, context: CommandContext): Promise<Result<LoadedPlanInput>> {
  const at = planTime(files.at, context.now());
  const loaded = await loadConfig(context.cwd);
  if (!loaded.ok) return fail(...(at.ok ? [] : at.error), ...loaded.error);
  const { config } = loaded.value;
  const { cwd } = context;
  const [fleet, source, profiles, status, history] = await Promise.all([
    loadFleet(cwd, config, at.ok ? at.value : undefined),
    openMetricsSource(metricsChoice(files), config, context),
    readProfiles(cwd, config),
    readOptional(cwd, files.status, statusSchema),
    readOptional(cwd, files.history, historySchema),
  ]);
  if (!at.ok || !fleet.ok || !source.ok || !profiles.ok || !status.ok || !history.ok) {
    return fail(...[at, source, profiles, status, history, fleet].flatMap((part) => (part.ok ? [] : part.error)));
  }
  for (const line of fleet.value.advice) context.log(`advice: ${line}`);
  const fitted = await loadFittedModels(cwd, config, fleet.value.fleet);
  if (!fitted.ok) return fitted;
  const setting: PlanSetting = {
    at: at.value,
    config,
    fleet: fleet.value.fleet,
    quotas: fleet.value.quotas,
    fitted: fitted.value.models,
    profiles: new Map(profiles.value.map(({ input, value }) => [input.file, value])),
    status: status.value?.value,
    history: history.value?.value,
    parentGraph: context.env.DYN_PARENT_DGD_K8S_NAME || undefined,
    inputs: {
      config: loaded.value.input,
      manifests: [...fleet.value.inputs],
      profiles: profiles.value.map(({ input }) => input),
      ...(fitted.value.inputs.length === 0 ? {} : { fitted: [...fitted.value.inputs] }),
      status: status.value?.input ?? null,
      history: history.value?.input ?? null,
    },
  };
  return succeed({ setting, source: source.value });
}

/**
 * Each profile once, in the order of their paths.
 * @param isNeeded for a strategy whose profiles are not looked at, false
 */
export async function readProfiles(
  cwd: string,
  config: Config,
  isNeeded: (strategy: StrategySettings) => boolean = () => true,
): Promise<Result<readonly ReadDocument<ProfileParts>[]>> {
  const named = config.deployments.flatMap(({ strategy }, index) =>
    (isNeeded(strategy) ? profilesOf(strategy) : []).map(({ field, path }) => ({
      path,
      field: `deployments[${index}].strategy.${field}`,
    })),
  );
  const paths = [...new Set(named.map(({ path }) => path))].sort();
  const problems: Problem[] = [];
  const profiles: ReadDocument<ProfileParts>[] = [];
  for (const path of paths) {
    const fields = named.filter((one) => one.path === path).map(({ field }) => field);
    const profile = withField(await readProfile(cwd, path), fields.join(' and '));
    if (profile.ok) profiles.push(profile.value);
    else problems.push(...profile.error);
  }
  return problems.length > 0 ? fail(...problems) : succeed(profiles);
}

async function readOptional<S extends DocumentSchema>(cwd: string, file: string | undefined, schema: S) {
  return file === undefined ? succeed(undefined) : readDocument(cwd, file, schema);
}
