/**
 * Shown when even the frame fails to load: plain text with a way on.
 */
"use client";

export default function GlobalError({ error }: { error: Error }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: "system-ui, sans-serif", padding: 32, colorScheme: "light dark" }}>
        <title>Signalbox</title>
        <h1 style={{ fontSize: 20 }}>{error.name === "ChunkLoadError" ? "The console was updated" : "The console could not be drawn"}</h1>
        <p>{error.name === "ChunkLoadError" ? "This tab holds an older version." : error.message}</p>
        <button type="button" onClick={() => window.location.reload()}>
          Reload
        </button>
      </body>
    </html>
  );
}
