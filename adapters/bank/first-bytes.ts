/** Enough to see a byte order mark, an envelope and the first lines of a text. */
const HEAD_BYTES = 1024;

/** The first bytes of a file, by which its format is known; fewer when it has no more. */
export async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

/** The file again, whose first bytes have been taken. */
export async function* rejoined(
  head: Buffer,
  chunks: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield head;
    for (;;) {
      const next = await chunks.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // A file that was refused half way is closed all the same.
    await chunks.return?.();
  }
}
