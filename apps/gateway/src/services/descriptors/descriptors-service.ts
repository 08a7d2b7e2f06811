/** The verbs of descriptors. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function descriptorsService({ descriptors }: Pick<ServiceParts, "descriptors">): ServiceOf<"descriptors"> {
  return {
    list: () => descriptors.list(),
    shape: (_principal, { typename }) => descriptors.shape(typename),
    upload: async (_principal, { name, base64 }) => ({ types: await descriptors.upload(name, Buffer.from(base64, "base64")) }),
    async remove(_principal, { name }) {
      await descriptors.remove(name);
      return {};
    },
  };
}
