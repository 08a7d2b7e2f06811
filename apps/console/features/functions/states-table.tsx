/** StatesTable: the state values that a function declares, with type and time to live. */
import type { ReactElement } from "react";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";

export interface DeclaredState {
  name: string;
  typename: string;
  expiration: string;
}

export function StatesTable({ states, none }: { states: readonly DeclaredState[]; none: string }): ReactElement {
  const words = useFunctionsWords();
  if (states.length === 0) return <p className="text-[12px] text-quiet">{none}</p>;
  return (
    <table className="w-full border-collapse text-left text-[12px]">
      <thead>
        <tr className="h-6 text-quiet">
          <th scope="col" className="pr-3 font-normal">
            {words.states.state}
          </th>
          <th scope="col" className="pr-3 font-normal">
            {words.columns.type}
          </th>
          <th scope="col" className="font-normal">
            {words.states.expires}
          </th>
        </tr>
      </thead>
      <tbody className="font-mono">
        {states.map((state) => (
          <tr key={state.name} className="border-t border-line align-top leading-5">
            <td className="py-0.5 pr-3">{state.name}</td>
            <td className="py-0.5 pr-3 break-all text-quiet">{state.typename}</td>
            <td className="py-0.5 text-quiet">
              {state.expiration === "" || state.expiration === "never" ? words.states.never : state.expiration}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
