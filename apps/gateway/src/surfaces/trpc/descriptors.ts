/** descriptors: descriptor sets for protobuf values. */
import { z } from "zod";
import { procedure, router } from "./init.ts";

const descriptorBytesMax = 4 * 1024 * 1024;
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "a name has 1 to 64 letters, digits, . _ -");

export const descriptorsRouter = router({
  list: procedure.query(({ ctx }) => ctx.descriptors.list()),
  upload: procedure
    .input(z.object({ name, base64: z.base64().max((descriptorBytesMax * 4) / 3 + 4) }))
    .mutation(async ({ ctx, input }) => ({
      types: await ctx.descriptors.upload(input.name, Buffer.from(input.base64, "base64")),
    })),
  remove: procedure.input(z.object({ name })).mutation(async ({ ctx, input }) => {
    await ctx.descriptors.remove(input.name);
    return {};
  }),
});
