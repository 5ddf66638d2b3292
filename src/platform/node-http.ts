// What this code itself needs of node:http at run time. An import statement would read every export of it, WebSocket among them, and so load the
// whole of undici, which nothing here calls: some MiB of each process.

/** As node:http exports them. */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
