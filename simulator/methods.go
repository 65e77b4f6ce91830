package simulator

// methods are those that do more than give a plausible answer.
var methods = map[string]func(*Server, *call) (any, error){
	"getUpdates": (*Server).getUpdates, "setWebhook": (*Server).setWebhook,
	"deleteWebhook": (*Server).deleteWebhook, "getWebhookInfo": (*Server).getWebhookInfo,
	"getMe": (*Server).getMe, "answerCallbackQuery": (*Server).answerCallbackQuery,
	"sendMessage": (*Server).sendMessage, "sendPhoto": (*Server).sendPhoto, "sendMediaGroup": (*Server).sendMediaGroup,
	"createForumTopic": (*Server).createForumTopic,
	"sendChatAction":   (*Server).sendChatAction,
	"copyMessage":      (*Server).copyMessage, "copyMessages": (*Server).copyMessages,
	"forwardMessage": (*Server).forwardMessage, "forwardMessages": (*Server).forwardMessages,
	"editMessageText": (*Server).editMessageText, "editMessageCaption": (*Server).editMessageCaption,
	"editMessageReplyMarkup": (*Server).editMessageReplyMarkup, "editMessageMedia": (*Server).editMessageMedia,
	"deleteMessage": (*Server).deleteMessage, "deleteMessages": (*Server).deleteMessages,
	"getFile": (*Server).getFile, "leaveChat": (*Server).leaveChat,
	"getChat": (*Server).getChat, "getChatMember": (*Server).getChatMember, "getChatMemberCount": (*Server).getChatMemberCount,
	"getChatAdministrators": (*Server).getChatAdministrators,
	"setMyCommands":         (*Server).setMyCommands, "getMyCommands": (*Server).getMyCommands, "deleteMyCommands": (*Server).deleteMyCommands,
	"setMyName": (*Server).setMyText, "setMyDescription": (*Server).setMyText, "setMyShortDescription": (*Server).setMyText,
	"getMyName": (*Server).getMyText, "getMyDescription": (*Server).getMyText, "getMyShortDescription": (*Server).getMyText,
	"setChatMenuButton": (*Server).setChatMenuButton, "getChatMenuButton": (*Server).getChatMenuButton,
}
