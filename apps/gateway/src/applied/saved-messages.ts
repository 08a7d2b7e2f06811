/** SavedMessages: messages a person keeps to send again. A narrow port over the catalog. */
import type { SavedMessage } from "../trpc/views.ts";

export interface SavedMessages {
  list(): Promise<SavedMessage[]>;
  save(message: Omit<SavedMessage, "id" | "createdMs">): Promise<SavedMessage>;
  forget(id: string): Promise<void>;
}
