/** accepts: whether somebody listens at a place of this machine now. */
import { connect } from "node:net";
import type { ListenPlace } from "./process-environment.ts";

export function accepts(place: ListenPlace): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = place.kind === "socket" ? connect({ path: place.path }) : connect({ host: "127.0.0.1", port: place.port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
