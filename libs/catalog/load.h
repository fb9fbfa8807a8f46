// Reads catalogs and cross-check rules from text protos and checks their meaning: whoever holds the
// result need not check again. Every fault names file and line; up to 20 are told at once.
#ifndef FUPIN_LIBS_CATALOG_LOAD_H_
#define FUPIN_LIBS_CATALOG_LOAD_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/catalog/catalog.h"
#include "libs/catalog/rules.h"

namespace fupin::catalog {

// `lookup` is used during the call only.
// NOT_FOUND / FILE_NOT_FOUND; INVALID_ARGUMENT with one problem per fault: CATALOG_SYNTAX,
// CATALOG_CODE, CATALOG_WEIGHT, CATALOG_SCORE, CATALOG_EDGES, CATALOG_DATE, CATALOG_LABEL,
// CATALOG_QUESTION, CATALOG_CATEGORY, CATALOG_DATASET, CATALOG_SOURCE, CATALOG_FILTER,
// CATALOG_FORMULA, CATALOG_RULE. `Problem::field` is "file:line".
absl::StatusOr<std::shared_ptr<const Catalog>> Load(const std::string& path,
                                                    const SourceLookup& lookup);
// The same from text; `name` stands for the file in errors.
absl::StatusOr<std::shared_ptr<const Catalog>> Parse(const std::string& text,
                                                     absl::string_view name,
                                                     const SourceLookup& lookup);

// Rules over the questions of `catalog` and the datasets of `lookup`. Errors as above.
absl::StatusOr<std::shared_ptr<const CrossCheckRules>> LoadRules(const std::string& path,
                                                                 const Catalog& catalog,
                                                                 const SourceLookup& lookup);
absl::StatusOr<std::shared_ptr<const CrossCheckRules>> ParseRules(const std::string& text,
                                                                  absl::string_view name,
                                                                  const Catalog& catalog,
                                                                  const SourceLookup& lookup);

// Refuses questions that neither an indicator, a reference nor a rule uses: nobody is asked what
// nobody reads. INVALID_ARGUMENT with one CATALOG_QUESTION_UNUSED per question, 20 at most.
absl::Status CheckQuestionsUsed(const Catalog& catalog, const CrossCheckRules& rules);

}  // namespace fupin::catalog

#endif  // FUPIN_LIBS_CATALOG_LOAD_H_
