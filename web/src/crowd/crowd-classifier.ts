import { SingleCategoryElement } from "./category-element";

/** Text or other content and one category for it; answers `{name: {label}}`. */
export class CrowdClassifier extends SingleCategoryElement {}
