/** Version of every document that rooms exchange; a reader refuses one that it does not know. */
export const SCHEMA_VERSION = 1;
