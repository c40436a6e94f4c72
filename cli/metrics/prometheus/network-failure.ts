/** Why no answer came, as the end of a sentence. */
export interface NetworkFailure {
  readonly message: string;
  readonly hint?: string;
  /** Whether another try may end otherwise. */
  readonly isWorthAnotherTry: boolean;
}

/** fetch hides the reason in `cause`, as do the several addresses of one name. */
export function networkFailure(thrown: unknown): NetworkFailure {
  const code = codeOf(thrown) ?? '';
  switch (code) {
    case 'ECONNREFUSED':
      return { message: 'cannot be reached: the connection is refused', isWorthAnotherTry: true };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { message: 'cannot be reached: its name is not known here', isWorthAnotherTry: code === 'EAI_AGAIN' };
    case 'UND_ERR_SOCKET':
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return { message: 'broke off its answer', isWorthAnotherTry: true };
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return { message: 'cannot be reached: no connection comes about', isWorthAnotherTry: true };
  }
  if (CERTIFICATE.test(code)) {
    const hint = 'name the authority that signed it with --ca-file';
    return { message: `has a certificate that is not trusted (${code})`, hint, isWorthAnotherTry: false };
  }
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_OSSL') || code === 'EPROTO') {
    const hint = 'check http:// or https://, --cert-file and --key-file';
    return { message: `does not agree on TLS (${code})`, hint, isWorthAnotherTry: false };
  }
  if (isBlockedPort(thrown)) {
    return {
      message: 'is on a port that is kept from HTTP (the list of the fetch standard)',
      isWorthAnotherTry: false,
    };
  }
  if (code === '') return { message: 'broke off its answer', isWorthAnotherTry: true };
  return { message: `cannot be asked (${code})`, isWorthAnotherTry: true };
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;

function isBlockedPort(thrown: unknown): boolean {
  const cause: unknown = isObject(thrown) ? Reflect.get(thrown, 'cause') : undefined;
  return isObject(cause) && Reflect.get(cause, 'message') === 'bad port';
}

function codeOf(thrown: unknown): string | undefined {
  for (let [error, depth] = [thrown, 0]; isObject(error) && depth < 5; depth += 1) {
    const code = Reflect.get(error, 'code');
    if (typeof code === 'string') return code;
    const errors: unknown = Reflect.get(error, 'errors');
    error = Array.isArray(errors) ? errors[0] : Reflect.get(error, 'cause');
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
