import { PROPOSAL_BRANCHES, RECORD_REFS } from './forge.ts';

/**
 * Scripts of the job's containers. Nothing is put into them: what differs comes in as environment variables, always in
 * quotes, so that no name and no address can become a command.
 */

/** What Git asks for a name and a password: the keys `username` and `token` of a Secret, never written to a file. */
export const CREDENTIAL_HELPER =
  '!f() { test "$1" = get || exit 0; echo "username=$GIT_USERNAME"; echo "password=$GIT_TOKEN"; }; f';

/** A fresh clone with the proposals that there are. */
export const CHECKOUT_SCRIPT = `set -eu
git clone --quiet --branch "$BASE_BRANCH" -- "$REPOSITORY_URL" "$WORKSPACE/repository"
cd "$WORKSPACE/repository"
git fetch --quiet origin '+${PROPOSAL_BRANCHES}' '+${RECORD_REFS}'
`;

/** Live objects, as `plan --status` reads them. A cluster without KEDA has no kind for its objects. */
export const STATUS_SCRIPT = `set -eu
kinds=dynamographdeployments.nvidia.com,dynamographdeploymentscalingadapters.nvidia.com,horizontalpodautoscalers.autoscaling
if kubectl get --raw /apis/keda.sh/v1alpha1 >/dev/null 2>&1; then
  kinds="$kinds,scaledobjects.keda.sh"
fi
kubectl get "$kinds" --namespace "$GRAPH_NAMESPACE" --output json >"$WORKSPACE/status.json"
`;

/** Opens, updates or closes pull requests through GitHub's API, which needs no clone but reads less where there is one. */
export const PROPOSE_AT_GITHUB_SCRIPT = `set -euf
cd "$WORKSPACE/repository"
exec dynamo-gitops propose "$WORKSPACE/plan.json" --forge github
`;

/**
 * Opens, updates or closes proposals, and pushes what changed: all of it or, where somebody else moved one of the branches
 * since they were fetched, nothing.
 */
export const PROPOSE_SCRIPT = `set -euf
cd "$WORKSPACE/repository"
refs='refs/heads/dynamo-gitops/ refs/dynamo-gitops/mr/'
before=$(git for-each-ref --format='%(refname)' $refs)
leases=$(git for-each-ref --format='--force-with-lease=%(refname):%(objectname)' $refs)

code=0
dynamo-gitops propose "$WORKSPACE/plan.json" --forge "$FORGE" || code=$?
if [ "$code" -ne 0 ] && [ "$code" -ne 3 ]; then
  exit "$code"
fi

changes=$(git for-each-ref --format='%(refname):%(refname)' $refs)
for ref in $before; do
  git show-ref --quiet --verify "$ref" || changes="$changes :$ref"
done
if [ -n "$changes" ]; then
  git push --quiet --atomic $leases origin $changes
fi
exit "$code"
`;
