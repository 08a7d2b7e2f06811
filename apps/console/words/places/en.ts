/** The texts of what stands where a page does not: a path that names none, one that fails. Neighbours: de.ts, use-places-words.ts. */
export const en = {
  none: "There is no such page",
  noneAbout: "Pages are at the left; ctrl K finds types, entities and traces by name.",
  overview: "Overview",
  notDrawn: "This page could not be drawn",
  notLoaded: "This page could not be loaded",
  asking: "Asking whether the gateway answers.",
  notOpened: "Not opened yet",
  notOpenedAbout:
    "The gateway does not answer, so this page could not be loaded. It opens as soon as the gateway does; the other parts stay as they were.",
  updated: "The console was updated",
  updatedAbout: "This tab holds an older version. Reload to get the new one; the view is in the URL and comes back.",
  reload: "Reload",
};

export type PlacesWords = typeof en;
