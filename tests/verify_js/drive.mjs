// Counts many bundles in one process: on standard input four bytes of length (little-endian) and the bundle, again and again;
// on standard output one line of JSON each.
import { pathToFileURL } from "node:url";

const { recount } = await import(pathToFileURL(process.argv[2]).href);
const isUnsigned = process.argv[3] === "unsigned";

const parts = [];
let held = 0;

async function* bundles() {
  for await (const part of process.stdin) {
    parts.push(part);
    held += part.length;
    for (;;) {
      if (held < 4) break;
      const size = peek(4).readUInt32LE();
      if (held < 4 + size) break;
      take(4);
      yield new Uint8Array(take(size));
    }
  }
}

function peek(size) {
  if (parts[0].length < size) parts.splice(0, parts.length, Buffer.concat(parts));
  return parts[0].subarray(0, size);
}

function take(size) {
  const found = size ? Buffer.from(peek(size)) : Buffer.alloc(0);
  if (size) parts[0] = parts[0].subarray(size);
  while (parts.length && !parts[0].length) parts.shift();
  held -= size;
  return found;
}

for await (const bytes of bundles()) {
  const found = await recount(bytes, isUnsigned ? { verify: async () => null } : {});
  const line = JSON.stringify({ verdict: found.verdict, counts: found.counts, checks: found.checks });
  if (!process.stdout.write(line + "\n")) await new Promise((done) => process.stdout.once("drain", done));
}
