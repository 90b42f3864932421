/** The words of signing in and of what was not done. */
export const SIGN_IN_WORDS = {
  vi: {
    signIn: 'Đăng nhập',
    notDone: 'Chưa thực hiện được',
    broke: 'Lỗi hệ thống',
    brokeNext:
      'Hệ thống gặp lỗi và không có gì được thay đổi bởi yêu cầu này. Hãy thử lại; nếu vẫn lỗi, báo người quản trị kèm mã hỗ trợ.',
    goBack: 'Quay lại trang trước',
    supportCode: 'Mã hỗ trợ:',
    ownPage: 'Nhập mã trên phiếu',
    person: 'Tên đăng nhập',
    password: 'Mật khẩu',
    code: 'Mã xác thực 6 chữ số',
    codeHint: 'Trên ứng dụng xác thực. Để trống nếu đăng nhập lần đầu.',
    enterCode: 'Nhập mã xác thực',
    codeWhy: 'Việc này cần một mã mới trong vòng 5 phút.',
    goOn: 'Tiếp tục',
    enrol: 'Cài đặt mã xác thực bước hai',
    enrolHow:
      'Mở ứng dụng xác thực trên điện thoại, chọn thêm tài khoản, rồi quét mã hoặc nhập dãy chữ sau:',
    newPassword: 'Mật khẩu mới (ít nhất 12 ký tự)',
    newPasswordWhy:
      'Mật khẩu được cấp chỉ dùng một lần: hãy chọn mật khẩu của riêng bạn, ví dụ một câu ngắn dễ nhớ.',
  },
  en: {
    signIn: 'Sign in',
    notDone: 'This was not done',
    broke: 'System failure',
    brokeNext:
      'Something of ours broke, and this request changed nothing. Try again; if it goes on, tell your administrator the support code.',
    goBack: 'Back to the page before',
    supportCode: 'Support code:',
    ownPage: 'Enter the code of a slip',
    person: 'Name',
    password: 'Password',
    code: 'Code of six digits',
    codeHint: 'From your authenticator app. Leave it empty when you sign in for the first time.',
    enterCode: 'Enter a code',
    codeWhy: 'This takes a new code given within five minutes.',
    goOn: 'Go on',
    enrol: 'Set up the second factor',
    enrolHow:
      'Open the authenticator app on your telephone, add an account, and scan the code or type these letters:',
    newPassword: 'New password (at least 12 characters)',
    newPasswordWhy:
      'The password that you were given is good once: choose one of your own, such as a short sentence.',
  },
} as const;
