/**
 * Shown, inside the usual frame, for a path that names nothing at all. It is rendered once, in the build, so no place of the sidebar is
 * marked.
 */
import { Shell } from "../shell/shell.tsx";
import NoSuchPage from "./(console)/not-found.tsx";

export default function NotFound() {
  return (
    <Shell nowhere>
      <NoSuchPage />
    </Shell>
  );
}
