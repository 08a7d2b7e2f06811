/** A path that names nothing at all, inside the usual frame. */
import { Shell } from "../shell/shell.tsx";
import NoSuchPage from "./(console)/not-found.tsx";

export default function NotFound() {
  return (
    <Shell>
      <NoSuchPage />
    </Shell>
  );
}
