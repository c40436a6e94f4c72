import type { Repository } from '../../repository/index.ts';

export interface GitHubRepository {
  readonly owner: string;
  readonly name: string;
}

/** Who we are. Nothing of it ever reaches a message, a commit or a proposal. */
export type GitHubCredential =
  /** A person's token, one of an App's installation, or the one of a workflow. */
  | { readonly kind: 'token'; readonly token: string }
  /** A GitHub App: tokens of an hour, for this repository and with what a proposal needs. */
  | {
      readonly kind: 'app';
      readonly appId: string;
      readonly installationId: string;
      /** PEM, as GitHub hands it out. */
      readonly privateKey: string;
    };

export interface GitHubConnection {
  /** Root of the REST API: `https://api.github.com`, or of GitHub Enterprise `https://<host>/api/v3`. */
  readonly apiUrl: string;
  readonly repository: GitHubRepository;
  readonly credential: GitHubCredential;
  readonly fetch: typeof globalThis.fetch;
  /** Told when GitHub asks to wait. */
  readonly log: (line: string) => void;
  /** A clone, from which files are read where it has the commit: that spares calls. */
  readonly checkout?: Repository | undefined;
  /** Milliseconds of one second of waiting, 0 to space nothing: tests have no time. */
  readonly secondMs?: number | undefined;
}
