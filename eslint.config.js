import js from "@eslint/js";
import globals from "globals";

export default [
  {
    ignores: [
      ...["data/", "models/", "test-results/", ".venv/", "build/"],
      "artsim/app/assets/openseadragon/", // another's, as it was published
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module" },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "object-shorthand": "error",
      "max-len": ["error", { code: 100, ignoreStrings: true, ignoreRegExpLiterals: true }],
      "max-lines": ["error", 400],
    },
  },
  { files: ["artsim/**", "benchmarks/**"], languageOptions: { globals: globals.browser } },
  {
    files: ["tests/javascript/**"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
];
