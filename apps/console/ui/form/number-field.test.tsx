// @vitest-environment happy-dom
/** A number field is found by its label and reports what is typed. */
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it } from "vitest";
import { NumberField } from "./number-field.tsx";

afterEach(cleanup);

it("reports the typed text as a number, also when it is out of bounds", async () => {
  const told: number[] = [];
  function Form() {
    const [value, setValue] = useState(5);
    const change = (next: number): void => {
      told.push(next);
      setValue(next);
    };
    return <NumberField label="for seconds" hint="At most ten." value={value} max={10} onChange={change} />;
  }
  render(<Form />);
  const field = screen.getByRole<HTMLInputElement>("spinbutton", { name: "for seconds" });
  expect([field.value, field.min, field.max]).toEqual(["5", "1", "10"]);
  expect(field.getAttribute("aria-describedby")).toBe(screen.getByText("At most ten.").id);
  const user = userEvent.setup();
  await user.type(field, "0");
  expect([field.value, told]).toEqual(["50", [50]]);
});
