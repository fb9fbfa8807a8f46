// The answer of a service as text for people, driven by its descriptor: single values as lines
// "标签 label: value", lists as tables, messages inside indented. What is shown of which message is
// in views.cc, what it is called in labels.cc.
#ifndef FUPIN_SERVICES_FUPINCTL_ANSWER_TEXT_H_
#define FUPIN_SERVICES_FUPINCTL_ANSWER_TEXT_H_

#include <string>

#include <google/protobuf/message.h>

#include "services/fupinctl/glossary.h"

namespace fupin::fupinctl {

struct AnswerStyle {
  int width = 0;  // columns of the terminal; 0: nothing is cut
  // The command that was typed, without a page token; the last line tells the next page with it.
  std::string command;
};

std::string AnswerText(const google::protobuf::Message& answer, const Glossary& glossary,
                       const AnswerStyle& style);

}  // namespace fupin::fupinctl

#endif  // FUPIN_SERVICES_FUPINCTL_ANSWER_TEXT_H_
