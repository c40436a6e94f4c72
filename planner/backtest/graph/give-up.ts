/** A client that waits longer for its first token goes away. */
export const GIVE_UP_SECONDS = 10;
