/**
 * Whether a graph serves, for Argo CD and for Flux, which by themselves take a custom resource for healthy as soon as it
 * exists.
 *
 * Both say the same: `failed` is the one state that is bad. A graph that waits for GPUs is on its way, since nothing but
 * patience or more nodes would help, and a rollback of it would not. What an operator reports of an older generation says
 * nothing of this one; operators before 1.0 report no generation, and then the one in the Ready condition counts, if any.
 */

/** Argo CD: Lua 5.1 with its base library, over `obj`. Goes into `argocd-cm`; see `ArgoCdHealthChecks`. */
export const GRAPH_HEALTH_LUA = `local health = { status = "Progressing", message = "the operator has not reported on the graph yet" }

local status = obj.status
if status == nil or status.state == nil or status.state == "" then
  return health
end

local ready = nil
if status.conditions ~= nil then
  for _, condition in ipairs(status.conditions) do
    if condition.type == "Ready" then
      ready = condition
    end
  end
end

local observed = status.observedGeneration
if observed == nil and ready ~= nil then
  observed = ready.observedGeneration
end
local generation = obj.metadata.generation
if observed ~= nil and generation ~= nil and tonumber(observed) < tonumber(generation) then
  health.message = "the operator has not seen the newest generation yet"
  return health
end

health.message = "state is " .. status.state
if ready ~= nil then
  if ready.message ~= nil and ready.message ~= "" then
    health.message = ready.message
  elseif ready.reason ~= nil and ready.reason ~= "" then
    health.message = ready.reason
  end
end

if status.state == "failed" then
  health.status = "Degraded"
elseif status.state == "successful" and ready ~= nil and ready.status == "True" then
  health.status = "Healthy"
end
return health
`;

/**
 * Argo CD: an Application is as healthy as it says, which Argo CD has left out since 1.8. Without it, sync waves do not wait
 * for one Application before the next.
 */
export const APPLICATION_HEALTH_LUA = `local health = { status = "Progressing", message = "" }
if obj.status ~= nil and obj.status.health ~= nil and obj.status.health.status ~= nil then
  health.status = obj.status.health.status
  if obj.status.health.message ~= nil then
    health.message = obj.status.health.message
  end
end
return health
`;

/** One entry of `spec.healthCheckExprs` of a Flux Kustomization. */
export interface HealthCheckExpressions {
  readonly apiVersion: string;
  readonly kind: string;
  readonly inProgress: string;
  readonly failed: string;
  readonly current: string;
}

/**
 * Flux asks `inProgress`, then `failed`, then `current`, and takes the first that is true; none, or an error, means that it
 * waits on. It goes by group and kind, so that these hold for both versions of the API.
 */
export const GRAPH_HEALTH_CEL: HealthCheckExpressions = {
  apiVersion: 'nvidia.com/v1beta1',
  kind: 'DynamoGraphDeployment',
  inProgress:
    '!has(status.state) || (has(status.observedGeneration) ? status.observedGeneration < metadata.generation : ' +
    "has(status.conditions) && status.conditions.exists(c, c.type == 'Ready' && has(c.observedGeneration) && " +
    'c.observedGeneration < metadata.generation))',
  failed: "status.state == 'failed'",
  current:
    "status.state == 'successful' && has(status.conditions) && " +
    "status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')",
};
