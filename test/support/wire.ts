import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire between the engine and its server, on a port that stays while servers come and go. */
export interface Wire {
  /** The address of the server as it is seen through the wire. */
  url(ofServer: string): string;
  /** Leads to this server from now on. */
  leadTo(serverUrl: string): void;
  /** Cuts the next connection that commits: the server hears it, its answer is lost. Resolves when it is cut. */
  cutAfterCommit(): Promise<void>;
  stop(): Promise<void>;
}

/** Q, a length, and the text of a simple query: so the driver ends a transaction. */
const COMMIT = Buffer.from('COMMIT;\0');

export async function startWire(): Promise<Wire> {
  let target = 0;
  let onCut: (() => void) | undefined;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    let commits = false;
    for (const socket of [near, far]) {
      open.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(socket);
          near.destroy();
          far.destroy();
        });
    }
    near.on('data', (bytes: Buffer) => {
      if (onCut !== undefined && bytes.includes(COMMIT)) commits = true;
      far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => {
      // An answer to it: the server has committed by now.
      if (commits) {
        near.destroy();
        onCut?.();
        onCut = undefined;
      } else {
        near.write(bytes);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (ofServer) => ofServer.replace(/:\d+\//, `:${port}/`),
    leadTo(serverUrl) {
      target = Number(new URL(serverUrl).port);
    },
    cutAfterCommit: () => new Promise((resolve) => (onCut = resolve)),
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
