/** Tailwind 4 reads its whole configuration from app/globals.css; PostCSS only runs it. */
const config = { plugins: { "@tailwindcss/postcss": {} } };

export default config;
