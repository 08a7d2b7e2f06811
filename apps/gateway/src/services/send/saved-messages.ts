/** SavedMessages: messages a person keeps to send again. A narrow port over the catalog, with a bound on how many. */
import { randomUUID } from "node:crypto";
import type { SavedMessageCatalog } from "../../catalog/catalog.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { SavedMessage } from "../../contract/messages/send.ts";

const savedMessagesMax = 1_000;

export interface SavedMessages {
  list(): Promise<SavedMessage[]>;
  save(message: Omit<SavedMessage, "id" | "createdMs">): Promise<SavedMessage>;
  forget(id: string): Promise<void>;
}

export function createSavedMessages(catalog: SavedMessageCatalog): SavedMessages {
  return {
    list: () => catalog.list(),
    async save(message) {
      if ((await catalog.list()).length >= savedMessagesMax) {
        throw new GatewayError("INVALID_REQUEST", {
          detail: `${savedMessagesMax} messages are saved already.`,
          where: "name",
          cure: "Forget some that are no longer needed.",
        });
      }
      const saved = { ...message, id: randomUUID(), createdMs: Date.now() };
      await catalog.put(saved);
      return saved;
    },
    async forget(id) {
      await catalog.remove(id);
    },
  };
}
